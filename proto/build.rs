//! Compiles every `.proto` below `azora/` without `protoc`: a new file is found by its folder.

use std::path::{Path, PathBuf};
use std::{env, error, fs};

use prost::Message;
use prost_types::FileDescriptorSet;

/// Enums whose words are written in upper case wherever they appear as text: currency codes and log levels.
const UPPER_CASE: [&str; 2] = [".azora.common.v1.Currency", ".azora.health.v1.LogLevel"];

fn main() -> Result<(), Box<dyn error::Error>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    println!("cargo:rerun-if-changed={}", root.join("azora").display());

    let out = env::var_os("OUT_DIR").map(PathBuf::from).ok_or("cargo sets OUT_DIR")?;

    let mut files = Vec::new();
    find_protos(&root.join("azora"), &mut files)?;
    files.sort();

    let mut compiler = protox::Compiler::new([&root])?;
    compiler.include_imports(true).include_source_info(true).open_files(&files)?;
    // Only this encoding keeps the options of `azora.common.v1`; `file_descriptor_set` drops them.
    let encoded = compiler.encode_file_descriptor_set();
    fs::write(out.join("azora.bin"), &encoded)?;

    let set = FileDescriptorSet::decode(encoded.as_slice())?;
    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    for (name, case) in enums(&set) {
        config.enum_attribute(&name, "#[derive(::strum::EnumIter, ::strum::EnumString, ::strum::IntoStaticStr)]");
        config.enum_attribute(&name, format!("#[strum(serialize_all = \"{case}\")]"));
    }
    tonic_prost_build::configure().include_file("azora.rs").compile_fds_with_config(set, config)?;
    Ok(())
}

fn find_protos(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Box<dyn error::Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find_protos(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            found.push(path);
        }
    }
    Ok(())
}

/// Full name and case of each of our top-level enums.
fn enums(set: &FileDescriptorSet) -> Vec<(String, &'static str)> {
    let ours = set.file.iter().filter(|file| file.package().starts_with("azora."));
    ours.flat_map(|file| {
        file.enum_type.iter().map(move |defined| {
            let name = format!(".{}.{}", file.package(), defined.name());
            let case = if UPPER_CASE.contains(&name.as_str()) { "UPPERCASE" } else { "snake_case" };
            (name, case)
        })
    })
    .collect()
}

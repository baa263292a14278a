//! The bootstrap keys by which services prove who they are, made once per data folder. Auth is told only their hashes.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use shared::config::PORTS;
use shared::keys::write_private;
use shared::random;

/// The identity that loads data.
pub const SEED: &str = "seed";

/// The keys, and the file of hashes that auth reads.
pub struct ServiceKeys {
    /// What each exchanges for a token.
    pub keys: BTreeMap<&'static str, String>,
    /// `AZORA_AUTH_SERVICE_KEYS_FILE`.
    pub hashes_file: PathBuf,
}

/// Reads the keys below the data folder, and makes those that are not there.
///
/// # Errors
/// The folder cannot be written.
pub fn service_keys(data_dir: &Path) -> io::Result<ServiceKeys> {
    let folder = data_dir.join("keys");
    fs::create_dir_all(&folder)?;
    let auth = PORTS[0].0;
    let names = PORTS.iter().map(|(name, _)| *name).filter(|name| *name != auth).chain([SEED]);
    let keys: BTreeMap<_, _> = names.map(|name| Ok((name, key(&folder, name)?))).collect::<io::Result<_>>()?;
    let hashes = keys.iter().map(|(name, key)| {
        let hash = random::to_hex(&Sha256::digest(key));
        format!("{name} = [\"{hash}\"]\n")
    });
    let text = format!("[keys]\n{}", hashes.collect::<String>());
    let hashes_file = folder.join("service-keys.toml");
    if fs::read_to_string(&hashes_file).ok().as_deref() != Some(&text) {
        let draft = hashes_file.with_extension(format!("{}.draft", random::hex::<8>()));
        write_private(&draft, &text)?;
        fs::rename(&draft, &hashes_file)?;
    }
    Ok(ServiceKeys { keys, hashes_file })
}

fn key(folder: &Path, name: &str) -> io::Result<String> {
    let file = folder.join(format!("{name}.key"));
    if !file.exists() {
        write_private(&file, &format!("azk_{name}_{}", random::hex::<32>()))?;
    }
    Ok(fs::read_to_string(&file)?.trim().to_owned())
}

//! The binary `sapiens`: `serve`, `migrate`, `config`, `healthcheck`.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::main::<sapiens::Sapiens>()
}

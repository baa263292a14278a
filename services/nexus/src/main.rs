//! The binary `nexus`: `serve`, `migrate`, `config`, `healthcheck`.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::main::<nexus::Nexus>()
}

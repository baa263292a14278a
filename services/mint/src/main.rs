//! The binary `mint`: `serve`, `migrate`, `config`, `healthcheck`.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::main::<mint::Mint>()
}

//! The binary `mint`: `serve`, `migrate`, `config`, `healthcheck`, and mint's own `verify`.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::cli::main_with::<mint::Mint, mint::verify::Verb>()
}

//! The binary `education`: `serve`, `migrate`, `config`, `healthcheck`.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::main::<education::Education>()
}

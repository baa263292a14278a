//! The binary `auth`: `serve`, `migrate`, `config`, `healthcheck`.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::main::<auth::Auth>()
}

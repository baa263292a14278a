//! Benchmarks of the fleet, each beside a reference measured in the same run: this machine is noisy, ratios are not.

#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "rates and quantiles, never money")]

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

mod load;
mod reference;
mod rpc;

#[derive(Parser)]
#[command(about = "Benchmarks of the Azora fleet")]
struct Arguments {
    /// Seconds per measurement, over all rounds
    #[arg(long, default_value_t = 15, global = true)]
    seconds: u64,
    #[command(subcommand)]
    name: Name,
}

#[derive(Subcommand)]
enum Name {
    /// A bare tonic echo, GetWallet on SQLite and on Postgres, and pgbench -S on the same Postgres
    Rpc {
        /// A base URL: postgres://user@host:port/
        #[arg(long)]
        postgres: String,
        /// Concurrent callers
        #[arg(long, default_value_t = 64)]
        callers: usize,
    },
}

fn main() -> ExitCode {
    // One TLS provider, chosen before the first handshake can ask for one. A second call keeps the first.
    let _first = rustls::crypto::ring::default_provider().install_default();
    let arguments = Arguments::parse();
    let seconds = Duration::from_secs(arguments.seconds.max(1));
    let done = tokio::runtime::Runtime::new().map_err(Into::into).and_then(|runtime| match arguments.name {
        Name::Rpc { postgres, callers } => runtime.block_on(rpc::run(&postgres, callers, seconds)),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

//! Benchmarks of the fleet, each beside a reference measured in the same run: this machine is noisy, ratios are not.

#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "rates and quantiles, never money")]

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod books;
mod enumeration;
mod fleet;
mod growth;
mod hosted;
mod load;
mod login;
mod reference;
mod report;
mod rpc;
mod signer;
mod token;
mod transfer;
mod verify;

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
    /// Transfers, many to a commit and one to a commit, on Postgres and on SQLite, beside the same movement as a function
    /// under pgbench; and what a hot wallet costs everybody else
    Transfer {
        /// A base URL: postgres://user@host:port/
        #[arg(long)]
        postgres: String,
        /// So many wallets are there
        #[arg(long, default_value_t = 10_000)]
        wallets: u64,
        /// So many callers at once, each number in its turn
        #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 64, 256])]
        callers: Vec<usize>,
    },
    /// VerifyLedger on SQLite and on Postgres beside one pass over the postings, and what it finds in damaged books
    Verify {
        /// A base URL: postgres://user@host:port/
        #[arg(long)]
        postgres: String,
        /// So many postings, or a few more; 200000 at least
        #[arg(long, default_value_t = 1_000_000)]
        postings: u64,
    },
    /// Mint on many wallets and on a long history, in turns with mint on few
    Growth {
        /// A base URL: postgres://user@host:port/
        #[arg(long)]
        postgres: String,
        /// Only sizes of at most so many wallets and postings
        #[arg(long, default_value_t = 10_000_000)]
        largest: u64,
    },
    /// Logins on SQLite and on Postgres beside bare bcrypt, and what a storm of them does to everybody else
    Login,
    /// Checks of access tokens on one core beside bare Ed25519
    Token,
    /// Whether answers and their times tell known addresses from unknown ones
    Enumeration {
        /// One call for a known and one for an unknown address, each
        #[arg(long, default_value_t = 1000)]
        pairs: usize,
    },
}

fn main() -> ExitCode {
    // One TLS provider, chosen before the first handshake can ask for one. A second call keeps the first.
    let _first = rustls::crypto::ring::default_provider().install_default();
    let arguments = Arguments::parse();
    let seconds = Duration::from_secs(arguments.seconds.max(1));
    let done = match arguments.name {
        Name::Rpc { postgres, callers } => on_all_cores(rpc::run(&postgres, callers, seconds)),
        Name::Transfer { postgres, wallets, callers } => {
            on_all_cores(transfer::run(&postgres, wallets.max(1000), &callers, seconds))
        }
        Name::Verify { postgres, postings } => on_all_cores(verify::run(&postgres, postings.max(200_000))),
        Name::Growth { postgres, largest } => on_all_cores(growth::run(&postgres, largest, seconds)),
        Name::Login => on_all_cores(login::run(seconds)),
        Name::Token => token::run(seconds),
        Name::Enumeration { pairs } => on_all_cores(enumeration::run(pairs.max(1))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn on_all_cores(benchmark: impl Future<Output = Result<()>>) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(benchmark)
}

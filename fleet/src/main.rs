//! The binary `fleet`: all nine services in one process, and the operator's verbs over all nine databases.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use comfy_table::{Table, presets};
use host::{Options, Running};
use shared::cli::{self, EXIT_USAGE, MigrateVerb, print, wait_for_signal};
use shared::server::StartError;
use shared::telemetry;

mod migrate;

#[derive(Parser)]
#[command(
    version,
    about = "All nine services of Azora in one process",
    after_help = "Exit codes: 0 done, 1 failed, 2 not as it should be (steps pending, a rule of the books broken), 64 usage or configuration."
)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve all nine until SIGTERM or Ctrl-C
    Up {
        /// Load the demo data once they answer
        #[arg(long)]
        seed: bool,
        /// The nine ports are N to N+8; 0 takes any nine that are free
        #[arg(long, value_name = "N", value_parser = port_base)]
        port_base: Option<u16>,
        /// Apply pending migration steps on Postgres too (embedded databases always do)
        #[arg(long)]
        migrate: bool,
    },
    /// Look at or change the schema of all nine
    Migrate {
        /// Only these, by name
        #[arg(long, value_delimiter = ',', global = true)]
        only: Vec<String>,
        #[command(subcommand)]
        verb: MigrateVerb,
    },
    /// Hold mint's books against every rule, beside a running fleet or without one
    Verify(mint::verify::Verify),
}

fn main() -> ExitCode {
    // One TLS provider, chosen before the first handshake can ask for one. A second call keeps the first.
    let _first = rustls::crypto::ring::default_provider().install_default();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { EXIT_USAGE } else { 0 };
            return error.print().map_or(ExitCode::FAILURE, |()| ExitCode::from(code));
        }
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("fleet: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(async {
        match arguments.verb {
            Verb::Up { seed, port_base, migrate } => {
                let options = Options { port_base, migrate, ..Options::default() };
                up(&options, seed).await.map(|()| 0)
            }
            Verb::Migrate { only, verb } => migrate::run(&only, &verb).await,
            Verb::Verify(books) => verify(&books).await,
        }
    });
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(error.exit)
        }
    }
}

fn port_base(text: &str) -> Result<u16, String> {
    let port = text.parse().ok().filter(|port| matches!(port, 0 | 1024..=65527));
    port.ok_or_else(|| "must be 0, or a number from 1024 to 65527".to_owned())
}

async fn up(options: &Options, load: bool) -> Result<(), StartError> {
    let settings = (host::all()[0].settings)(&toml::Table::new())?;
    let _telemetry = telemetry::start("fleet", &settings).map_err(|error| StartError {
        service: "fleet",
        message: error.to_string(),
        exit: EXIT_USAGE,
    })?;
    let mut running = host::up(options).await?;
    print(endpoints(&running));
    if load {
        let loaded = async { seed::load(&seed::Target::of(&running)?, &seed::Choices::default()).await }.await;
        match loaded {
            Ok(report) => print(report),
            Err(error) => {
                running.down().await?;
                return Err(StartError { service: "seed", message: format!("{error:#}"), exit: 1 });
            }
        }
    }
    print("Ready. Ctrl-C drains and stops.");
    tokio::select! {
        ended = running.failed() => ended?,
        () = wait_for_signal() => print("draining .."),
    }
    running.down().await
}

async fn verify(books: &mint::verify::Verify) -> Result<u8, StartError> {
    books.run(&cli::settings::<mint::Mint>(&toml::Table::new())?).await
}

fn endpoints(running: &Running) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_header(["service", "endpoint", "database", "migrated"]);
    for endpoint in &running.endpoints {
        let migrated = match endpoint.applied.len() {
            0 => "current".to_owned(),
            steps => format!("{steps} steps applied"),
        };
        let address = format!("http://{}", endpoint.address);
        table.add_row([endpoint.name, &address, &endpoint.database, &migrated]);
    }
    table
}

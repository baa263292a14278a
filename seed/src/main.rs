//! The binary `seed`: loads the demo data into the embedded databases, a Postgres, or a running fleet.

use std::io::IsTerminal;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use host::Options;
use seed::{Choices, DEMO_PASSWORD, Report, SCALE_MAX, Scaled, Target};
use shared::cli::{EXIT_USAGE, print};
use shared::config::{Environment, Shared, Variables};
use shared::server::StartError;

/// Loads the documented demo data through the public API; a second run changes nothing.
#[derive(Parser)]
#[command(version, after_help = "Exit codes: 0 loaded or nothing to do, 1 failed, 64 usage or configuration.")]
struct Arguments {
    /// A running fleet: the address of auth; the other eight are at the ports that follow
    #[arg(long, value_name = "URL", conflicts_with = "database_url")]
    endpoint: Option<String>,
    /// A base URL such as postgres://user@host:5432/ instead of the embedded databases
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Load the large set of N students, too
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(SCALE_MAX)))]
    scale: Option<u32>,
    /// Print one JSON object instead of a table
    #[arg(long)]
    json: bool,
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
    let done = tokio::runtime::Runtime::new().map_err(Into::into).and_then(|runtime| runtime.block_on(run(&arguments)));
    match done {
        Ok((report, scaled)) if arguments.json => print(as_json(&report, scaled.as_ref())),
        Ok((report, scaled)) => {
            let scaled = scaled.map(|scaled| format!("\n{scaled}")).unwrap_or_default();
            print(format_args!("{report}{scaled}\n\n{}", what_next(&arguments)));
        }
        Err(error) => {
            eprintln!("seed: {error:#}");
            return ExitCode::from(error.downcast_ref::<StartError>().map_or(1, |error| error.exit));
        }
    }
    ExitCode::SUCCESS
}

async fn run(arguments: &Arguments) -> Result<(Report, Option<Scaled>)> {
    let settings = (host::all()[0].settings)(&toml::Table::new())?;
    let choices = choices(&settings, arguments, !arguments.json && std::io::stderr().is_terminal())?;
    if let Some(endpoint) = &arguments.endpoint {
        return load(&Target::at(endpoint, seed_key(&settings))?, &choices, arguments.scale).await;
    }
    let options =
        Options { port_base: Some(0), database_url: arguments.database_url.clone(), migrate: true, quick_stop: true };
    let running = host::up(&options).await?;
    if !arguments.json {
        let place = running.endpoints.first().map_or("", |first| first.database.as_str());
        eprintln!("nine services are up in this process, on databases like {place}");
    }
    let loaded = async { load(&Target::of(&running)?, &choices, arguments.scale).await }.await;
    running.down().await?;
    loaded
}

async fn load(target: &Target, choices: &Choices, n: Option<u32>) -> Result<(Report, Option<Scaled>)> {
    let report = seed::load(target, choices).await?;
    let Some(n) = n else { return Ok((report, None)) };
    let scaled = seed::scale(target, choices, n).await.context("loading the large set")?;
    Ok((report, Some(scaled)))
}

fn as_json(report: &Report, scaled: Option<&Scaled>) -> serde_json::Value {
    let mut object = report.json();
    if let Some(scaled) = scaled {
        object["scale"] = serde_json::json!(scaled.lines);
    }
    object
}

fn choices(settings: &Shared, arguments: &Arguments, progress: bool) -> Result<Choices> {
    let password = match Variables::read().get("AZORA_SEED_PASSWORD_FILE") {
        Some(path) => std::fs::read_to_string(path)
            .with_context(|| format!("AZORA_SEED_PASSWORD_FILE names {path}, which cannot be read"))?
            .trim()
            .to_owned(),
        None => DEMO_PASSWORD.to_owned(),
    };
    if settings.env == Environment::Production && password == DEMO_PASSWORD {
        let message = "the demo password is not for production; set AZORA_SEED_PASSWORD_FILE";
        return Err(StartError { service: "seed", message: message.to_owned(), exit: EXIT_USAGE }.into());
    }
    if settings.env == Environment::Production && arguments.scale.is_some() {
        let message = "the large set is for trying things out, not for production";
        return Err(StartError { service: "seed", message: message.to_owned(), exit: EXIT_USAGE }.into());
    }
    Ok(Choices { password, progress })
}

/// The key of the service identity `seed`: a file that is named, or the one that `fleet up` made here.
fn seed_key(settings: &Shared) -> Option<String> {
    let made_here = settings.data_dir.join("keys/seed.key").display().to_string();
    let variables = Variables::read();
    let path = variables.get("AZORA_SEED_KEY_FILE").unwrap_or(&made_here);
    std::fs::read_to_string(path).ok().map(|key| key.trim().to_owned())
}

fn what_next(arguments: &Arguments) -> &'static str {
    if arguments.endpoint.is_some() {
        "Log in as student@azora.world, educator@azora.world or employer@azora.world; the README has a tour."
    } else {
        "Next: cargo run -p fleet -- up, then log in as student@azora.world; the README has a tour with grpcurl."
    }
}

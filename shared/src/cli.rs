//! The words that every service binary understands: `serve`, `migrate`, `config`, `healthcheck`. A service that has verbs of
//! its own gives them as an enum, `OwnVerbs`.

use std::convert::Infallible;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, Subcommand};
use tokio::sync::watch;
use toml::Table;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::config::{self, Settings, Variables};
use crate::identity::Verifier;
use crate::migrate::{MigrateError, Target};
use crate::server::{self, StartError};
use crate::service::Service;
use crate::telemetry;

/// Configuration that cannot be used: nothing was opened or bound.
pub const EXIT_USAGE: u8 = 64;
/// Sound, but not as it should be: steps are pending.
pub const EXIT_NOT_CURRENT: u8 = 2;

#[derive(Parser)]
#[command(
    version,
    about = "One service of the Azora fleet",
    after_help = "Exit codes: 0 done, 1 failed, 2 not as it should be (steps pending, a rule of the books broken), 64 usage or configuration."
)]
struct Arguments<V: Subcommand> {
    #[command(subcommand)]
    verb: Verb<V>,
}

#[derive(Subcommand)]
enum Verb<V: Subcommand> {
    /// Run the service until SIGTERM or Ctrl-C
    Serve {
        /// Apply pending migration steps first (embedded databases always do)
        #[arg(long)]
        migrate: bool,
    },
    /// Look at or change the schema
    Migrate {
        #[command(subcommand)]
        verb: MigrateVerb,
    },
    /// Print every setting with its origin
    Config {
        /// Only judge the settings
        #[arg(long)]
        check: bool,
    },
    /// Ask the running service whether it is ready
    Healthcheck {
        /// Ask only whether it is alive
        #[arg(long)]
        liveness: bool,
    },
    #[command(flatten)]
    Own(V),
}

/// Verbs that a service has besides those of all: an enum that derives `clap::Subcommand`. Its binary begins with
/// `shared::cli::main_with::<mint::Mint, mint::verify::Verb>()`.
pub trait OwnVerbs<S: Service>: Subcommand {
    /// Does what was typed, and gives the exit code.
    fn run(self, settings: Settings<S::Config>) -> impl Future<Output = Result<u8, StartError>>;
}

/// No verbs.
impl<S: Service> OwnVerbs<S> for Infallible {
    async fn run(self, _settings: Settings<S::Config>) -> Result<u8, StartError> {
        match self {}
    }
}

/// What `migrate` can do, on one service or on the fleet.
#[derive(Clone, Debug, Subcommand)]
pub enum MigrateVerb {
    /// Which steps are applied, pending, edited or unknown
    Status,
    /// What `up` would do
    Plan {
        /// Stop after this step
        #[arg(long)]
        to: Option<String>,
    },
    /// Apply pending steps
    Up {
        /// Stop after this step
        #[arg(long)]
        to: Option<String>,
    },
    /// Go back; prints what would be lost and wants --yes
    Down {
        /// How many steps
        #[arg(long, default_value_t = 1, conflicts_with = "to")]
        steps: u32,
        /// Back to this step, which stays applied
        #[arg(long)]
        to: Option<String>,
        /// Only print what would be done
        #[arg(long)]
        plan: bool,
        /// Do it
        #[arg(long)]
        yes: bool,
    },
}

/// Runs a service binary: arguments, configuration, telemetry, then the verb.
#[must_use]
pub fn main<S: Service>() -> ExitCode {
    main_with::<S, Infallible>()
}

/// The same for a service that has verbs of its own.
#[must_use]
pub fn main_with<S: Service, V: OwnVerbs<S>>() -> ExitCode {
    // One TLS provider, chosen before the first handshake can ask for one. A second call keeps the first.
    let _first = rustls::crypto::ring::default_provider().install_default();
    let arguments = match Arguments::<V>::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { EXIT_USAGE } else { 0 };
            return error.print().map_or(ExitCode::FAILURE, |()| ExitCode::from(code));
        }
    };
    let settings = match settings::<S>(&Table::new()) {
        Ok(settings) => settings,
        Err(error) => return complain(&error),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&StartError::failed(S::NAME, error.to_string())),
    };
    match runtime.block_on(run::<S, V>(arguments.verb, settings)) {
        Ok(code) => ExitCode::from(code),
        Err(error) => complain(&error),
    }
}

/// The settings of a service, with some laid over them.
///
/// # Errors
/// Exit code 64 and a sentence that names the setting.
pub fn settings<S: Service>(overrides: &Table) -> Result<Settings<S::Config>, StartError> {
    config::load::<S::Config>(S::NAME, S::DEFAULTS, overrides, &Variables::read()).map_err(|error| StartError {
        service: S::NAME,
        message: error.to_string(),
        exit: EXIT_USAGE,
    })
}

fn complain(error: &StartError) -> ExitCode {
    eprintln!("{error}");
    ExitCode::from(error.exit)
}

async fn run<S: Service, V: OwnVerbs<S>>(verb: Verb<V>, settings: Settings<S::Config>) -> Result<u8, StartError> {
    match verb {
        Verb::Serve { migrate } => serve::<S>(settings, migrate).await.map(|()| 0),
        Verb::Migrate { verb } => migrate::<S>(&settings, &verb).await,
        Verb::Config { check } => {
            if !check {
                for (key, value, origin) in &settings.origins {
                    print(format_args!("{key} = {value}  # {origin}"));
                }
            }
            Ok(0)
        }
        Verb::Healthcheck { liveness } => healthcheck::<S>(&settings, liveness).await,
        Verb::Own(verb) => verb.run(settings).await,
    }
}

async fn serve<S: Service>(settings: Settings<S::Config>, migrate: bool) -> Result<(), StartError> {
    let shared = settings.shared.clone();
    let _telemetry = telemetry::start(S::NAME, &shared).map_err(|error| StartError {
        service: S::NAME,
        message: error.to_string(),
        exit: EXIT_USAGE,
    })?;
    let keys = server::open_keys(S::NAME, &shared)?;
    let auth = server::auth_link(S::NAME, &shared)?;
    let (listener, address) = server::bind(S::NAME, &shared.listen).await?;
    let database = server::connect(S::NAME, &shared).await?;
    let applied = server::gate::<S>(&database, migrate).await?;
    if !applied.is_empty() {
        tracing::info!(steps = applied.len(), "migrated the database");
    }
    let app = server::assemble::<S>(settings, database, keys, Arc::new(Verifier::new(auth))).await?;
    tracing::info!(service = S::NAME, version = env!("CARGO_PKG_VERSION"), %address, "serving");
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        wait_for_signal().await;
        tracing::info!("draining");
        stop.send_replace(true);
        wait_for_signal().await;
        std::process::exit(1);
    });
    Box::pin(app.serve(listener, &shared, stopped)).await
}

/// Writes a line to stdout. Whoever reads it may have gone (`| head`); the work goes on without an audience.
pub fn print(line: impl Display) {
    if let Err(error) = writeln!(io::stdout(), "{line}")
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        eprintln!("cannot write to stdout: {error}");
    }
}

/// Returns at SIGTERM or Ctrl-C.
pub async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(error) => {
            tracing::error!(%error, "cannot listen for SIGTERM; Ctrl-C still works");
            let _interrupted = tokio::signal::ctrl_c().await;
        }
    }
}

/// Runs one migration verb on one service and says on stdout what it did.
///
/// # Errors
/// What the migrator refuses, with its exit code.
pub async fn migrate<S: Service>(settings: &Settings<S::Config>, verb: &MigrateVerb) -> Result<u8, StartError> {
    let name = S::NAME;
    let refuse = |error: MigrateError| StartError {
        service: name,
        exit: error.exit_code(),
        message: crate::error::chain(&error),
    };
    let database = match verb {
        MigrateVerb::Status | MigrateVerb::Plan { .. } if is_absent(&settings.shared.database_url) => {
            print(format_args!("{name}: no database yet, {} steps pending", S::steps().len() + 1));
            return Ok(EXIT_NOT_CURRENT);
        }
        _ => server::connect(name, &settings.shared).await?,
    };
    let migrator = server::migrator::<S>(&database);
    match verb {
        MigrateVerb::Status => {
            let status = migrator.status().await.map_err(refuse)?;
            print(format_args!(
                "{name}: {} applied, {} pending on {}",
                status.applied.len(),
                status.pending.len(),
                status.backend
            ));
            for (what, steps) in
                [("pending", &status.pending), ("edited", &status.edited), ("unknown", &status.unknown)]
            {
                for step in steps {
                    print(format_args!("  {what} {step}"));
                }
            }
            let current = status.pending.is_empty() && status.edited.is_empty() && status.unknown.is_empty();
            Ok(if current { 0 } else { EXIT_NOT_CURRENT })
        }
        MigrateVerb::Plan { to } => {
            for step in migrator.plan_up(to.as_deref()).await.map_err(refuse)? {
                print(format_args!("{name}: would apply {}: {}", step.name, step.purpose));
            }
            Ok(0)
        }
        MigrateVerb::Up { to } => {
            let applied = migrator.up(to.as_deref()).await.map_err(refuse)?;
            for step in &applied {
                print(format_args!("{name}: applied {} in {} ms", step.name, step.duration.as_millis()));
            }
            if applied.is_empty() {
                print(format_args!("{name}: nothing to do"));
            }
            Ok(0)
        }
        MigrateVerb::Down { steps, to, plan, yes } => {
            let target = to.clone().map_or(Target::Steps(*steps), Target::To);
            for step in migrator.plan_down(target.clone()).await.map_err(refuse)? {
                print(format_args!("{name}: would undo {}: {}", step.name, step.purpose));
            }
            if *plan {
                return Ok(0);
            }
            if !yes {
                let message =
                    "nothing was changed; what these steps made, rows included, would be lost: repeat with --yes";
                return Err(StartError { service: name, message: message.to_owned(), exit: EXIT_USAGE });
            }
            server::hold(name, &database)?;
            for step in migrator.down(target).await.map_err(refuse)? {
                print(format_args!("{name}: undid {} in {} ms", step.name, step.duration.as_millis()));
            }
            Ok(0)
        }
    }
}

/// Whether a SQLite file is not there yet; looking must not create it.
fn is_absent(url: &str) -> bool {
    url.strip_prefix("sqlite:").is_some_and(|file| !std::path::Path::new(file.trim_start_matches("//")).exists())
}

async fn healthcheck<S: Service>(settings: &Settings<S::Config>, liveness: bool) -> Result<u8, StartError> {
    let listen = settings.shared.listen.replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]");
    let failed = |what: String| StartError::failed(S::NAME, what);
    let endpoint = Endpoint::from_shared(format!("http://{listen}")).map_err(|error| failed(error.to_string()))?;
    let channel = endpoint.connect_timeout(Duration::from_secs(2)).timeout(Duration::from_secs(2)).connect().await;
    let channel = channel.map_err(|error| failed(format!("nothing answers on {listen}: {error}")))?;
    let service = if liveness { "liveness".to_owned() } else { String::new() };
    let answer = HealthClient::new(channel).check(HealthCheckRequest { service }).await;
    let status = answer.map_err(|status| failed(status.message().to_owned()))?.into_inner().status();
    if status == ServingStatus::Serving { Ok(0) } else { Err(failed(format!("not ready: {}", status.as_str_name()))) }
}

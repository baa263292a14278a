//! Starts all nine on one runtime and drains them together.

use std::net::SocketAddr;
use std::path::PathBuf;

use shared::config::Environment;
use shared::server::{self, StartError};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use toml::{Table, Value};

use crate::keys::{self, SEED, ServiceKeys};
use crate::services::{Entry, all};

/// How to start.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The nine ports begin here; 0 takes any nine that are free; none takes those of the settings.
    pub port_base: Option<u16>,
    /// A base URL instead of the configured one.
    pub database_url: Option<String>,
    /// Apply pending steps on Postgres too.
    pub migrate: bool,
    /// No waiting for balancers when it stops.
    pub quick_stop: bool,
}

/// Where a service answers.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `mint`.
    pub name: &'static str,
    /// Its address.
    pub address: SocketAddr,
    /// `sqlite:..` or `postgres://..`, without a password.
    pub database: String,
    /// Steps that were applied at this start.
    pub applied: Vec<String>,
}

/// The nine, answering.
pub struct Running {
    /// Where they answer, in the order of start.
    pub endpoints: Vec<Endpoint>,
    /// The key of the service identity `seed`, outside production.
    pub seed_key: Option<String>,
    /// Where files go.
    pub data_dir: PathBuf,
    stop: watch::Sender<bool>,
    tasks: JoinSet<Result<(), StartError>>,
}

/// Starts all nine: every port is bound before the first database is opened.
///
/// # Errors
/// The first service that does not start; those before it are drained.
pub async fn up(options: &Options) -> Result<Running, StartError> {
    let mut overrides = Table::new();
    if let Some(url) = &options.database_url {
        overrides.insert("database_url".to_owned(), Value::String(url.clone()));
    }
    if options.quick_stop {
        overrides.insert("drain_notice_ms".to_owned(), Value::Integer(0));
    }
    let mut bound = Vec::new();
    for (index, entry) in (0u16..).zip(all()) {
        bound.push(bind(entry, index, options, &overrides).await?);
    }
    let auth = bound.first().map(|(_, _, address)| *address);
    if let Some(address) = auth.filter(|_| options.port_base.is_some()) {
        overrides.insert("auth_url".to_owned(), Value::String(format!("http://{address}")));
    }
    let first = (all()[0].settings)(&overrides)?;
    let keys = identities(first.env, &first.data_dir)?;

    let (stop, stopped) = watch::channel(false);
    let mut running = Running {
        endpoints: Vec::new(),
        seed_key: keys.as_ref().and_then(|keys| keys.keys.get(SEED).cloned()),
        data_dir: first.data_dir,
        stop,
        tasks: JoinSet::new(),
    };
    for (entry, listener, address) in bound {
        let mut own = overrides.clone();
        let configured = (entry.settings)(&own)?;
        if let Some(keys) = &keys {
            if entry.name == "auth" {
                own.entry("service_keys_file").or_insert_with(|| Value::String(keys.hashes_file.display().to_string()));
            } else if let Some(key) = keys.keys.get(entry.name).filter(|_| configured.service_key.is_empty()) {
                own.insert("service_key".to_owned(), Value::String(key.clone()));
            }
        }
        let settings = (entry.settings)(&own)?;
        let (app, applied) = match (entry.assemble)(own, options.migrate).await {
            Ok(assembled) => assembled,
            Err(error) => {
                running.down().await?;
                return Err(error);
            }
        };
        let database = shared::db::redacted(&settings.database_url);
        running.endpoints.push(Endpoint { name: entry.name, address, database, applied });
        let stopped = stopped.clone();
        running.tasks.spawn(async move { app.serve(listener, &settings, stopped).await });
    }
    Ok(running)
}

async fn bind(
    entry: Entry,
    index: u16,
    options: &Options,
    overrides: &Table,
) -> Result<(Entry, TcpListener, SocketAddr), StartError> {
    let address = match options.port_base {
        Some(0) => "127.0.0.1:0".to_owned(),
        Some(base) => format!("127.0.0.1:{}", base.saturating_add(index)),
        None => (entry.settings)(overrides)?.listen,
    };
    let (listener, address) = server::bind(entry.name, &address).await?;
    Ok((entry, listener, address))
}

fn identities(environment: Environment, data_dir: &std::path::Path) -> Result<Option<ServiceKeys>, StartError> {
    if environment == Environment::Production {
        return Ok(None);
    }
    let made = keys::service_keys(data_dir);
    made.map(Some).map_err(|error| StartError {
        service: "fleet",
        message: format!("cannot write below {}: {error}; make it writable or set AZORA_DATA_DIR", data_dir.display()),
        exit: 1,
    })
}

impl Running {
    /// Waits until a service ends by itself, which none should.
    ///
    /// # Errors
    /// Why it ended.
    pub async fn failed(&mut self) -> Result<(), StartError> {
        match self.tasks.join_next().await {
            Some(Ok(ended)) => ended,
            Some(Err(panicked)) => Err(broken(&panicked.to_string())),
            None => Ok(()),
        }
    }

    /// Drains all nine.
    ///
    /// # Errors
    /// The first that did not end well.
    pub async fn down(mut self) -> Result<(), StartError> {
        self.stop.send_replace(true);
        let mut first = Ok(());
        while let Some(ended) = self.tasks.join_next().await {
            first = first.and(ended.unwrap_or_else(|panicked| Err(broken(&panicked.to_string()))));
        }
        first
    }
}

fn broken(message: &str) -> StartError {
    StartError { service: "fleet", message: message.to_owned(), exit: 1 }
}

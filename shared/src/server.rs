//! From settings to a service that answers, and back: connect, check the schema, bind, serve, drain.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use sea_orm::DbBackend;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, watch};
use tonic::body::Body;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;
use tonic_web::GrpcWebLayer;
use tower::{Layer, Service as TowerService};
use tower_http::cors::CorsLayer;

use crate::background::Background;
use crate::config::{Environment, PORTS, Settings, Shared};
use crate::db::{self, Database};
use crate::error::{Result, chain};
use crate::grpc;
use crate::identity::{Link, Verifier, follow};
use crate::keys::Keys;
use crate::layers::{Context, Layers, Limits};
use crate::migrate::{MigrateError, Migrator};
use crate::origin::Proxies;
use crate::service::{Parts, Service};
use crate::work::Door;

/// Why a service does not start: a sentence that says what to do, and the exit code.
#[derive(Debug, thiserror::Error)]
#[error("{service}: {message}")]
pub struct StartError {
    /// Which service.
    pub service: &'static str,
    /// What is wrong, and what to do.
    pub message: String,
    /// 64 for configuration, 2 for a schema that is not as it should be, 1 for the rest.
    pub exit: u8,
}

impl StartError {
    /// For what is no fault of the configuration: exit code 1.
    #[must_use]
    pub fn failed(service: &'static str, message: impl Into<String>) -> Self {
        Self { service, message: message.into(), exit: 1 }
    }
}

/// A service that is ready to be served, on a port or within the process.
pub struct App {
    /// `mint`.
    pub name: &'static str,
    /// The way to its database.
    pub door: Door,
    routes: Routes,
    layers: Layers,
    health: HealthReporter,
    names: Vec<String>,
    background: Background,
}

/// Opens the key ring, making one outside production.
///
/// # Errors
/// It is missing in production, or unreadable.
pub fn open_keys(service: &'static str, settings: &Shared) -> Result<Keys, StartError> {
    let path = Path::new(&settings.keyring_file);
    let opened = if settings.env == Environment::Production {
        Keys::read(path)
    } else {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).and_then(|()| Keys::read_or_make(path))
    };
    opened.map_err(|error| StartError {
        service,
        message: format!(
            "the key ring {} cannot be used: {error}; make its folder writable, or set AZORA_DATA_DIR or \
             AZORA_KEYRING_FILE",
            path.display()
        ),
        exit: 64,
    })
}

/// Connects to the service's database, creating it where that is possible.
///
/// # Errors
/// It cannot be reached, opened or created.
pub async fn connect(service: &'static str, settings: &Shared) -> Result<Database, StartError> {
    let wanted = database_settings(service, settings);
    let failed = |error: &sea_orm::DbErr| unopened(service, &wanted, error);
    let missing = |error: &sea_orm::DbErr| chain(error).contains("does not exist");
    match Database::connect(&wanted).await {
        Err(error) if wanted.url.starts_with("postgres") && missing(&error) => {
            db::ensure_exists(&wanted).await.map_err(|error| failed(&error))?;
            Database::connect(&wanted).await.map_err(|error| failed(&error))
        }
        other => other.map_err(|error| failed(&error)),
    }
}

/// Opens the service's database to look only, on exactly the schema that this binary knows. It may be served meanwhile.
///
/// # Errors
/// It is not there or cannot be reached, or steps are pending, edited or unknown.
pub async fn open_to_read<S: Service>(settings: &Shared) -> Result<Database, StartError> {
    let wanted = database_settings(S::NAME, settings);
    let opened = Database::open_to_read(&wanted).await;
    let database = opened.map_err(|error| unopened(S::NAME, &wanted, &error))?;
    migrator::<S>(&database).gate().await.map_err(|error| refused(S::NAME, &error))?;
    Ok(database)
}

fn database_settings(service: &str, settings: &Shared) -> db::Settings {
    db::Settings {
        url: settings.database_url.clone(),
        application_name: format!("azora-{service}"),
        schema: None,
        connections: settings.database_connections,
        acquire: Duration::from_millis(settings.database_acquire_ms.max(1)),
    }
}

fn unopened(service: &'static str, wanted: &db::Settings, error: &sea_orm::DbErr) -> StartError {
    let hint = if wanted.url.starts_with("sqlite") {
        "is the folder writable, and on a local disk?"
    } else {
        "is the server up, and may this role connect?"
    };
    StartError::failed(service, format!("cannot open {}: {}; {hint}", db::redacted(&wanted.url), chain(error)))
}

/// The migrator of a service's database.
#[must_use]
pub fn migrator<S: Service>(database: &Database) -> Migrator {
    Migrator::new(S::NAME, database.writer().clone(), database.file.clone(), S::steps(), S::AUDIT_CHAINS)
}

/// Lets a service start only on the schema that it knows. Embedded databases are migrated without asking.
///
/// # Errors
/// Steps are pending, edited or unknown; a step fails; or another process serves the file.
pub async fn gate<S: Service>(database: &Database, migrate: bool) -> Result<Vec<String>, StartError> {
    hold(S::NAME, database)?;
    let refuse = |error: MigrateError| refused(S::NAME, &error);
    let migrator = migrator::<S>(database);
    if migrate || db::backend(database.writer()) == DbBackend::Sqlite {
        let applied = migrator.up(None).await.map_err(refuse)?;
        return Ok(applied.into_iter().map(|step| step.name).collect());
    }
    migrator.gate().await.map_err(refuse)?;
    Ok(Vec::new())
}

/// Makes sure that nobody else serves or takes down an embedded database at the same time.
///
/// # Errors
/// Another process serves the file.
pub(crate) fn hold(service: &'static str, database: &Database) -> Result<(), StartError> {
    let file = database.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
    match database.hold() {
        Ok(true) => Ok(()),
        Ok(false) => {
            Err(StartError::failed(service, format!("another process serves {file}; stop it, or talk to it instead")))
        }
        Err(error) => Err(StartError::failed(service, format!("cannot lock {file}: {error}; is the folder writable?"))),
    }
}

/// The sentence of a migration error, without the name that stands in front of it anyway.
fn refused(service: &'static str, error: &MigrateError) -> StartError {
    let text = chain(error);
    let message = text.strip_prefix(&format!("{service}: ")).unwrap_or(&text).to_owned();
    StartError { service, exit: error.exit_code(), message }
}

/// The way to auth, opened when it is first needed.
///
/// # Errors
/// `auth_url` is no URL; in production, no `service_key`.
pub fn auth_link(service: &'static str, settings: &Shared) -> Result<Option<Link>, StartError> {
    if service == PORTS[0].0 {
        return Ok(None);
    }
    let unusable = |message: String| StartError { service, message, exit: 64 };
    let endpoint = Endpoint::from_shared(settings.auth_url.clone())
        .map_err(|_malformed| unusable(format!("auth_url = {:?} is no URL", settings.auth_url)))?;
    let patience = Duration::from_secs(2);
    let channel: Channel = endpoint.connect_timeout(patience).timeout(patience).connect_lazy();
    let key = Some(settings.service_key.clone()).filter(|key| !key.is_empty());
    if key.is_none() && settings.env == Environment::Production {
        return Err(unusable(format!(
            "service_key is needed in production: give auth the hash of a key, and this service the key by \
             AZORA_{}_SERVICE_KEY_FILE",
            service.to_uppercase()
        )));
    }
    if key.is_none() {
        tracing::warn!(service, "no service_key: sessions that end are heard of when their tokens do");
    }
    Ok(Some(Link::new(channel, key)))
}

/// Puts a service together over its database.
///
/// # Errors
/// What the service itself finds at its start.
pub async fn assemble<S: Service>(
    settings: Settings<S::Config>,
    database: Database,
    keys: Keys,
    identity: Arc<Verifier>,
) -> Result<App, StartError> {
    let Settings { shared, own, .. } = settings;
    let door = Door::new(database, keys.clone(), S::AUDIT_CHAINS);
    let background = Background::default();
    background.run(follow_keys(keys.clone()));
    if identity.auth().is_some_and(Link::has_key) {
        background.run(follow(identity.clone()));
    }
    let proxies = Proxies::read(&shared.trusted_proxies).map_err(|what| StartError {
        service: S::NAME,
        message: format!("trusted_proxies: {what}"),
        exit: 64,
    })?;
    let parts = Parts {
        door: door.clone(),
        config: own,
        keys: keys.clone(),
        identity: identity.clone(),
        environment: shared.env,
        data_dir: shared.data_dir.clone(),
        background: background.clone(),
    };
    let service = S::start(parts).await.map_err(|error| StartError::failed(S::NAME, chain(&error)))?;
    let (health, probe) = tonic_health::server::health_reporter();
    let names = grpc::service_names(S::NAME);
    let steps = grpc::Info { name: S::NAME, migrator: migrator::<S>(door.database()), started: crate::clock::now() };
    let routes = grpc::add(service.routes(), &door, steps, shared.request_bytes_max).add_service(probe);
    let context = Context {
        service: S::NAME,
        identity,
        keys,
        limits: Limits {
            default: Duration::from_millis(shared.deadline_default_ms),
            most: Duration::from_millis(shared.deadline_max_ms),
        },
        in_flight: Arc::new(Semaphore::new(shared.in_flight_max)),
        proxies,
        admin_requires_aal2: shared.admin_requires_aal2.holds_in(shared.env),
    };
    Ok(App { name: S::NAME, door, routes, layers: Layers(Arc::new(context)), health, names, background })
}

/// Reads the key ring again every half minute, and at SIGHUP, so that a key is added and removed without a stop.
async fn follow_keys(keys: Keys) {
    let mut asked = match signal(SignalKind::hangup()) {
        Ok(asked) => asked,
        Err(error) => return tracing::error!(%error, "SIGHUP cannot be heard; restart after a change of the key ring"),
    };
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(30)) => {}
            _ = asked.recv() => {}
        }
        let ring = keys.clone();
        match tokio::task::spawn_blocking(move || ring.reload()).await {
            Ok(Ok(false)) => {}
            Ok(Ok(true)) => tracing::info!(active = keys.id(), "the key ring has changed"),
            Ok(Err(error)) => tracing::error!(%error, "the key ring cannot be read again; the one before stays in use"),
            Err(error) => tracing::error!(%error, "the key ring cannot be read again; the one before stays in use"),
        }
    }
}

impl App {
    /// The routes behind their layers, for callers within the process.
    #[must_use]
    pub fn in_process(
        &self,
    ) -> impl TowerService<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send>
    + Clone
    + Send
    + Sync
    + use<> {
        self.layers.layer(self.routes.clone())
    }

    async fn say(&self, status: ServingStatus) {
        for name in &self.names {
            self.health.set_service_status(name, status).await;
        }
    }

    /// Serves on a listener until `stop` turns true, then drains.
    ///
    /// # Errors
    /// The transport fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        settings: &Shared,
        mut stop: watch::Receiver<bool>,
    ) -> Result<(), StartError> {
        self.health.set_service_status("liveness", ServingStatus::Serving).await;
        let door = self.door.clone();
        let layers = self.layers.clone();
        let routes = self.routes.clone();
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let (drained, mut draining) = watch::channel(false);
        let server = Server::builder()
            .accept_http1(true)
            .max_connection_age(Duration::from_mins(30))
            .concurrency_limit_per_connection(256)
            .http2_keepalive_interval(Some(Duration::from_secs(30)))
            .layer(CorsLayer::permissive())
            .layer(GrpcWebLayer::new())
            .layer(layers)
            .add_routes(routes)
            .serve_with_incoming_shutdown(incoming, async move { stopped(&mut draining).await });
        let name = self.name;
        // Stopped with the last call: a call may wait for what the background does.
        let _background = self.background.clone();
        let watched = async {
            let mut tick = tokio::time::interval(Duration::from_secs(1));
            let asked_to_stop = stopped(&mut stop);
            tokio::pin!(asked_to_stop);
            loop {
                tokio::select! {
                    () = &mut asked_to_stop => break,
                    _ = tick.tick() => {
                        let ready = self.door.database().ping().await.is_ok();
                        self.say(if ready { ServingStatus::Serving } else { ServingStatus::NotServing }).await;
                    }
                }
            }
            self.say(ServingStatus::NotServing).await;
            tokio::time::sleep(Duration::from_millis(settings.drain_notice_ms)).await;
            drained.send_replace(true);
        };
        let grace = Duration::from_millis(settings.drain_grace_ms);
        let finished = async {
            tokio::pin!(server);
            tokio::select! {
                ended = &mut server => return ended,
                () = watched => {}
            }
            tokio::time::timeout(grace, server).await.unwrap_or(Ok(()))
        };
        Box::pin(finished).await.map_err(|error| StartError::failed(name, chain(&error)))?;
        door.database().clone().close().await.map_err(|error| StartError::failed(name, chain(&error)))
    }
}

/// Waits until the flag is up. A sender that is gone is as good a reason to stop.
async fn stopped(flag: &mut watch::Receiver<bool>) {
    drop(flag.wait_for(|up| *up).await);
}

/// Binds the port.
///
/// # Errors
/// It is in use, or not ours to bind.
pub async fn bind(service: &'static str, address: &str) -> Result<(TcpListener, SocketAddr), StartError> {
    let parsed: SocketAddr = address.parse().map_err(|_malformed| StartError {
        service,
        message: format!("listen = {address:?} must be an address and a port, 127.0.0.1:50053"),
        exit: 64,
    })?;
    let failed = |error: std::io::Error| {
        StartError::failed(service, format!("cannot listen on {address}: {error}; free the port or set another one"))
    };
    let listener = TcpListener::bind(parsed).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

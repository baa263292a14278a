//! Settings in layers: compiled defaults, then a file, then the environment. Every value knows where it came from, a
//! key that nothing knows is refused with the nearest name, and secrets are never printed.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::secret::Secret;

mod environment;
mod layered;

pub use environment::Variables;
use layered::{Layered, parse};

/// The services of the fleet and their ports, in the order of start.
pub const PORTS: [(&str, u16); 9] = [
    ("auth", 50051),
    ("education", 50052),
    ("mint", 50053),
    ("forge", 50054),
    ("sapiens", 50055),
    ("nexus", 50056),
    ("family", 50057),
    ("notifications", 50058),
    ("health", 50059),
];

const SHARED_DEFAULTS: &str = include_str!("../default.toml");

/// Where the process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// A developer's machine: keys are made, mail goes to files.
    Development,
    /// A test: cheap password hashes are allowed.
    Test,
    /// The real thing.
    Production,
}

/// Where something is demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Demanded {
    /// Everywhere.
    Always,
    /// With `env = "production"`.
    Production,
    /// Nowhere.
    Never,
}

impl Demanded {
    /// Whether it is demanded there.
    #[must_use]
    pub fn holds_in(self, environment: Environment) -> bool {
        self == Self::Always || (self == Self::Production && environment == Environment::Production)
    }
}

/// What every service is told.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Shared {
    /// Where the process runs.
    pub env: Environment,
    /// SQLite files, key ring, mail files of development.
    pub data_dir: PathBuf,
    /// The database, or a base URL for `azora_<service>`.
    pub database_url: String,
    /// Address and port.
    pub listen: String,
    /// Where auth answers.
    pub auth_url: String,
    /// What proves to auth which service asks.
    pub service_key: Secret,
    /// The key ring.
    pub keyring_file: String,
    /// Proxies whose `x-forwarded-for` counts.
    pub trusted_proxies: String,
    /// Whether administrators need a second factor for what is theirs alone.
    pub admin_requires_aal2: Demanded,
    /// Connections at most.
    pub database_connections: u32,
    /// Milliseconds to wait for a free one.
    pub database_acquire_ms: u64,
    /// Milliseconds for calls that bring no deadline.
    pub deadline_default_ms: u64,
    /// Milliseconds at most for any call.
    pub deadline_max_ms: u64,
    /// Calls at a time.
    pub in_flight_max: usize,
    /// Bytes of a message.
    pub request_bytes_max: usize,
    /// Milliseconds between "not ready" and the end of new calls.
    pub drain_notice_ms: u64,
    /// Milliseconds for calls in flight to end.
    pub drain_grace_ms: u64,
    /// Levels.
    pub log: String,
    /// json, text or auto.
    pub log_format: String,
    /// Where traces go.
    pub otlp_endpoint: String,
}

/// Everything one service is told, with the origin of each value.
#[derive(Clone, Debug)]
pub struct Settings<C> {
    /// What every service has.
    pub shared: Shared,
    /// What is the service's own.
    pub own: C,
    /// Key, value as printed, origin.
    pub origins: Vec<(String, String, String)>,
}

/// A sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// What is a service's own to configure.
pub trait OwnSettings: DeserializeOwned + Send + Sync + 'static {
    /// Judges what types cannot say: ranges, files that have to be there.
    ///
    /// # Errors
    /// A sentence that names the setting.
    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        Ok(())
    }
}

/// Judges a setting that has bounds.
///
/// # Errors
/// A sentence that names the setting and its bounds.
pub fn within<T: PartialOrd + Display + Copy>(
    key: &str,
    value: T,
    bounds: RangeInclusive<T>,
) -> Result<(), ConfigError> {
    if bounds.contains(&value) {
        return Ok(());
    }
    Err(ConfigError(format!("{key} must lie between {} and {}, is {value}", bounds.start(), bounds.end())))
}

/// Reads the settings of `service` from its defaults, the file that `AZORA_CONFIG` names and the environment.
///
/// # Errors
/// An unknown key, a value of the wrong type, an unreadable file: one sentence each.
pub fn load<C: OwnSettings>(
    service: &'static str,
    own_defaults: &str,
    overrides: &Table,
    variables: &Variables,
) -> Result<Settings<C>, ConfigError> {
    let shared_defaults = parse("shared/default.toml", SHARED_DEFAULTS)?;
    let own_defaults = parse("default.toml", own_defaults)?;
    let mut layered = Layered::over(shared_defaults.iter().chain(&own_defaults));
    if let Some(path) = variables.config_file() {
        layered.lay_file(service, path)?;
    }
    layered.lay_variables(service, variables, &shared_defaults)?;
    for (key, value) in overrides {
        layered.set(key, value.clone(), "override")?;
    }

    let (mut shared, mut own) = (Table::new(), Table::new());
    for (key, value) in layered.values.clone() {
        if shared_defaults.contains_key(&key) {
            shared.insert(key, value)
        } else {
            own.insert(key, value)
        };
    }
    let origins = layered.printed();
    let mut shared: Shared = typed(shared)?;
    resolve(service, &mut shared, layered.origins.get("database_url"))?;
    shared.check()?;
    let own: C = typed(own)?;
    own.check(shared.env)?;
    Ok(Settings { shared, own, origins })
}

impl Shared {
    fn check(&self) -> Result<(), ConfigError> {
        const DAY_MS: u64 = 24 * 60 * 60 * 1000;
        // A migration holds one connection for its lock and works on another.
        within("database_connections", self.database_connections, 2..=1000)?;
        within("database_acquire_ms", self.database_acquire_ms, 1..=DAY_MS)?;
        within("deadline_max_ms", self.deadline_max_ms, 1..=DAY_MS)?;
        within("deadline_default_ms", self.deadline_default_ms, 1..=self.deadline_max_ms)?;
        within("in_flight_max", self.in_flight_max, 1..=1_000_000)?;
        within("request_bytes_max", self.request_bytes_max, 1024..=1 << 30)?;
        within("drain_notice_ms", self.drain_notice_ms, 0..=DAY_MS)?;
        within("drain_grace_ms", self.drain_grace_ms, 0..=DAY_MS)
    }
}

/// Fills in what depends on the service: file, port, database name.
fn resolve(service: &str, shared: &mut Shared, url_origin: Option<&String>) -> Result<(), ConfigError> {
    let port = PORTS.iter().find(|(name, _)| *name == service).map_or(0, |(_, port)| *port);
    if shared.listen.is_empty() {
        shared.listen = format!("127.0.0.1:{port}");
    }
    if shared.auth_url.is_empty() {
        shared.auth_url = format!("http://127.0.0.1:{}", PORTS[0].1);
    }
    if shared.keyring_file.is_empty() {
        shared.keyring_file = shared.data_dir.join("keyring.toml").display().to_string();
    }
    if shared.database_url.is_empty() {
        shared.database_url = format!("sqlite:{}", shared.data_dir.join(format!("{service}.db")).display());
        return Ok(());
    }
    let backend = crate::db::backend_of(&shared.database_url).map_err(|error| ConfigError(error.to_string()))?;
    let own = url_origin.is_some_and(|origin| origin.contains(&format!("AZORA_{}_", service.to_uppercase())));
    if backend == sea_orm::DbBackend::Postgres && !own {
        shared.database_url = with_database(&shared.database_url, &format!("azora_{service}"))?;
    } else if backend == sea_orm::DbBackend::Sqlite && !own {
        let folder = shared.database_url.trim_start_matches("sqlite:").trim_start_matches("//").to_owned();
        shared.database_url = format!("sqlite:{}", PathBuf::from(folder).join(format!("{service}.db")).display());
    }
    Ok(())
}

/// A base URL names a server; each service has its own database there.
fn with_database(base: &str, database: &str) -> Result<String, ConfigError> {
    let mut url = url::Url::parse(base).map_err(|_| ConfigError(crate::db::UrlError::Malformed.to_string()))?;
    if !matches!(url.path(), "" | "/") {
        let message = format!(
            "AZORA_DATABASE_URL is a base for all nine databases and must end after the host ({}/); \
             name a single database with AZORA_<SERVICE>_DATABASE_URL",
            crate::db::redacted(base)
        );
        return Err(ConfigError(message));
    }
    url.set_path(&format!("/{database}"));
    Ok(url.to_string())
}

fn typed<T: DeserializeOwned>(table: Table) -> Result<T, ConfigError> {
    Value::Table(table)
        .try_into()
        .map_err(|error: toml::de::Error| ConfigError(format!("bad setting: {}", error.message())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Own {
        fee_bp: u32,
    }

    impl OwnSettings for Own {
        fn check(&self, environment: Environment) -> Result<(), ConfigError> {
            let most = if environment == Environment::Test { 10_000 } else { 100 };
            within("fee_bp", self.fee_bp, 0..=most)
        }
    }

    fn load_with(variables: &[(&str, &str)]) -> Result<Settings<Own>, ConfigError> {
        load("mint", "fee_bp = 5 # basis points", &Table::new(), &Variables::of(variables))
    }

    #[test]
    fn the_services_own_variable_beats_the_fleets() {
        let settings = load_with(&[("AZORA_LOG", "warn"), ("AZORA_MINT_LOG", "debug"), ("AZORA_MINT_FEE_BP", "7")]);
        let settings = settings.expect("good");
        assert_eq!((settings.shared.log.as_str(), settings.own.fee_bp), ("debug", 7));
        let origin = settings.origins.iter().find(|(key, ..)| key == "log").map(|(.., origin)| origin.as_str());
        assert_eq!(origin, Some("AZORA_MINT_LOG"));
    }

    #[test]
    fn a_setting_of_the_fleet_may_begin_like_a_service() {
        let variables = Variables::of(&[("AZORA_AUTH_URL", "http://auth:50051"), ("AZORA_AUTH_LOG", "warn")]);
        for (service, log) in [("auth", "warn"), ("mint", "info")] {
            let settings = load::<Own>(service, "fee_bp = 5", &Table::new(), &variables).expect("good").shared;
            assert_eq!((settings.auth_url.as_str(), settings.log.as_str()), ("http://auth:50051", log));
        }
    }

    #[test]
    fn a_typing_mistake_does_not_start_the_wrong_database() {
        let error = load_with(&[("AZORA_MINT_DATABSE_URL", "postgres://db/")]).expect_err("refused").to_string();
        assert_eq!(error, "unknown setting AZORA_MINT_DATABSE_URL; did you mean database_url?");
        assert!(load_with(&[("AZORA_LOGG", "x")]).is_err());
    }

    #[test]
    fn a_base_url_becomes_the_services_database() {
        let settings = load_with(&[("AZORA_DATABASE_URL", "postgres://root@db:5433/")]).expect("good");
        assert_eq!(settings.shared.database_url, "postgres://root@db:5433/azora_mint");
        let own = load_with(&[("AZORA_MINT_DATABASE_URL", "postgres://root@db/other")]).expect("good");
        assert_eq!(own.shared.database_url, "postgres://root@db/other");
        assert!(load_with(&[("AZORA_DATABASE_URL", "postgres://root@db/one")]).is_err());
    }

    #[test]
    fn other_schemes_are_refused_with_the_supported_ones_named() {
        let error = load_with(&[("AZORA_MINT_DATABASE_URL", "mongodb://db/x")]).expect_err("refused").to_string();
        assert_eq!(error, "no support for mongodb: databases; use sqlite: or postgres:");
    }

    #[test]
    fn passwords_are_not_printed() {
        let settings = load_with(&[("AZORA_MINT_DATABASE_URL", "postgres://u:hunter2@db/mint")]).expect("good");
        assert!(!format!("{:?}", settings.origins).contains("hunter2"));
    }

    #[test]
    fn values_outside_their_bounds_are_refused_where_they_are_read() {
        let error = load_with(&[("AZORA_MINT_FEE_BP", "101")]).expect_err("refused").to_string();
        assert_eq!(error, "fee_bp must lie between 0 and 100, is 101");
        assert!(load_with(&[("AZORA_MINT_FEE_BP", "101"), ("AZORA_ENV", "test")]).is_ok());
        let error = load_with(&[("AZORA_DATABASE_CONNECTIONS", "1")]).expect_err("refused").to_string();
        assert_eq!(error, "database_connections must lie between 2 and 1000, is 1");
        let error = load_with(&[("AZORA_DEADLINE_DEFAULT_MS", "70000")]).expect_err("refused").to_string();
        assert_eq!(error, "deadline_default_ms must lie between 1 and 60000, is 70000");
    }

    #[test]
    fn a_number_has_to_be_one() {
        let error = load_with(&[("AZORA_IN_FLIGHT_MAX", "many")]).expect_err("refused").to_string();
        assert_eq!(error, "AZORA_IN_FLIGHT_MAX must be a whole number, is \"many\"");
    }
}

//! What a service is: a name, defaults, migration steps, and routes over a door to its database.

use std::path::PathBuf;
use std::sync::Arc;

use tonic::service::Routes;

use crate::background::Background;
use crate::config::{Environment, OwnSettings};
use crate::error::Result;
use crate::identity::Verifier;
use crate::keys::Keys;
use crate::migrate::Step;
use crate::work::Door;

/// One of the nine.
pub trait Service: Send + Sync + Sized + 'static {
    /// `mint`: the name of the crate, the binary, the database and the package.
    const NAME: &'static str;
    /// `default.toml`, compiled in.
    const DEFAULTS: &'static str;
    /// Audit chains on Postgres: actors spread over them, so that changes do not queue for one head.
    const AUDIT_CHAINS: i32 = 64;
    /// What is the service's own to configure.
    type Config: OwnSettings;

    /// The steps of its schema, in order.
    fn steps() -> Vec<Step>;

    /// Makes the service from its parts. The database is there and current.
    fn start(parts: Parts<Self::Config>) -> impl Future<Output = Result<Self>> + Send;

    /// Its RPCs.
    fn routes(self) -> Routes;
}

/// What a service is made from.
pub struct Parts<C> {
    /// The way to the database.
    pub door: Door,
    /// The service's own settings.
    pub config: C,
    /// The key ring.
    pub keys: Keys,
    /// What checks access tokens; auth tells it its own keys.
    pub identity: Arc<Verifier>,
    /// Where the process runs.
    pub environment: Environment,
    /// Where files go.
    pub data_dir: PathBuf,
    /// For what the service does beside answering. A task that keeps the handle keeps itself alive.
    pub background: Background,
}

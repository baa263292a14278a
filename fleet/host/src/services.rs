//! The nine, in the order in which they start.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use shared::cli::{self, MigrateVerb};
use shared::config::Shared;
use shared::identity::Verifier;
use shared::server::{self, App, StartError};
use shared::service::Service;
use toml::Table;

type Pending<T> = Pin<Box<dyn Future<Output = Result<T, StartError>> + Send>>;

/// A service that is ready to be served, and the steps that were applied for it.
type Assembled = (App, Vec<String>);

/// One service, with its type forgotten: what can be done with each of the nine alike.
#[derive(Clone, Copy)]
pub struct Entry {
    /// `mint`.
    pub name: &'static str,
    /// Reads its settings, with some laid over them.
    pub settings: fn(&Table) -> Result<Shared, StartError>,
    /// Connects, checks or migrates the schema, and puts it together. Says which steps it applied.
    pub assemble: fn(Table, bool) -> Pending<Assembled>,
    /// Runs a migration verb and gives its exit code.
    pub migrate: fn(Table, MigrateVerb) -> Pending<u8>,
}

/// The nine.
#[must_use]
pub fn all() -> [Entry; 9] {
    [
        entry::<auth::Auth>(),
        entry::<education::Education>(),
        entry::<mint::Mint>(),
        entry::<forge::Forge>(),
        entry::<sapiens::Sapiens>(),
        entry::<nexus::Nexus>(),
        entry::<family::Family>(),
        entry::<notifications::Notifications>(),
        entry::<health::Health>(),
    ]
}

fn entry<S: Service>() -> Entry {
    Entry {
        name: S::NAME,
        settings: |overrides| Ok(cli::settings::<S>(overrides)?.shared),
        assemble: |overrides, migrate| Box::pin(assemble::<S>(overrides, migrate)),
        migrate: |overrides, verb| {
            Box::pin(async move {
                let settings = cli::settings::<S>(&overrides)?;
                cli::migrate::<S>(&settings, &verb).await
            })
        },
    }
}

async fn assemble<S: Service>(overrides: Table, migrate: bool) -> Result<Assembled, StartError> {
    let settings = cli::settings::<S>(&overrides)?;
    let keys = server::open_keys(S::NAME, &settings.shared)?;
    let auth = server::auth_link(S::NAME, &settings.shared)?;
    let database = server::connect(S::NAME, &settings.shared).await?;
    let applied = server::gate::<S>(&database, migrate).await?;
    let app = server::assemble::<S>(settings, database, keys, Arc::new(Verifier::new(auth))).await?;
    Ok((app, applied))
}

//! A database for each test: a copy of a migrated SQLite file, or a fresh schema on Postgres.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::config::Variables;
use crate::db::{Database, Settings};
use crate::random;
use crate::server;
use crate::service::Service;

/// Something made once per service and process.
type PerService<T> = LazyLock<Mutex<HashMap<&'static str, Arc<OnceCell<T>>>>>;

/// One migrated file per service and process.
static TEMPLATES: PerService<Template> = LazyLock::new(Mutex::default);
/// Schemas that earlier runs left behind are dropped once per service and process.
static SWEPT: PerService<()> = LazyLock::new(Mutex::default);

struct Template {
    _folder: TempDir,
    file: PathBuf,
}

/// The server that tests run on instead of SQLite.
#[must_use]
pub fn postgres() -> Option<String> {
    let url = Variables::read().get("AZORA_TEST_POSTGRES")?.to_owned();
    // Nothing here has to survive a power cut, and every step and every change commits.
    let joint = if url.contains('?') { '&' } else { '?' };
    Some(format!("{url}{joint}options[synchronous_commit]=off"))
}

/// Whether every transaction on that server is serializable: `..?options[default_transaction_isolation]=serializable`.
pub fn is_serializable() -> bool {
    postgres().is_some_and(|url| url.contains("default_transaction_isolation]=serializable"))
}

/// A migrated database of its own.
pub async fn fresh<S: Service>(folder: &Path) -> Database {
    let database = empty::<S>(folder).await;
    if database.file.is_none() {
        server::migrator::<S>(&database).up(None).await.expect("steps apply");
    }
    database
}

/// The same without any step applied on Postgres; on SQLite migrated, since a copy costs nothing.
async fn empty<S: Service>(folder: &Path) -> Database {
    let Some(url) = postgres() else {
        let template = template::<S>().await;
        let file = folder.join(format!("{}.db", S::NAME));
        std::fs::copy(&template, &file).expect("a copy of the template");
        return connect(format!("sqlite:{}", file.display()), None).await;
    };
    on_postgres::<S>(url).await
}

/// A database without a single table.
pub async fn bare<S: Service>(folder: &Path) -> Database {
    match postgres() {
        Some(url) => on_postgres::<S>(url).await,
        None => connect(format!("sqlite:{}", folder.join("bare.db").display()), None).await,
    }
}

/// The same database, over connections of its own.
pub async fn again(database: &Database) -> Database {
    if let Some(file) = &database.file {
        return connect(format!("sqlite:{}", file.display()), None).await;
    }
    let asked = Statement::from_string(DbBackend::Postgres, "SELECT current_schema()::text");
    let row = database.writer().query_one_raw(asked).await.expect("an answer").expect("a row");
    connect(postgres().expect("the server"), Some(row.try_get_by_index(0).expect("a schema"))).await
}

async fn on_postgres<S: Service>(url: String) -> Database {
    let schema = fresh_schema(&url, S::NAME).await;
    connect(url, Some(schema)).await
}

/// The URL of an empty database for a process of its own: a file in `folder`, or a schema on Postgres.
pub async fn url_for_a_process(folder: &Path, name: &'static str) -> String {
    let Some(url) = postgres() else { return format!("sqlite:{}", folder.join(format!("{name}.db")).display()) };
    let schema = fresh_schema(&url, name).await;
    format!("{url}&options[search_path]={schema}")
}

async fn fresh_schema(url: &str, name: &'static str) -> String {
    let prefix = format!("azora_test_{name}");
    let server = connect(url.to_owned(), None).await;
    let swept = SWEPT.lock().expect("not poisoned").entry(name).or_default().clone();
    swept.get_or_init(|| sweep(&server, &prefix)).await;
    let schema = format!("{prefix}_{}", random::hex::<8>());
    server.writer().execute_unprepared(&format!("CREATE SCHEMA {schema}")).await.expect("a schema");
    server.close().await.expect("closes");
    schema
}

async fn sweep(server: &Database, prefix: &str) {
    let find = format!("SELECT nspname FROM pg_namespace WHERE nspname LIKE '{prefix}\\_%'");
    let found =
        server.writer().query_all_raw(Statement::from_string(DbBackend::Postgres, find)).await.expect("schemas");
    for row in found {
        let name: String = row.try_get_by_index(0).expect("a name");
        server.writer().execute_unprepared(&format!("DROP SCHEMA {name} CASCADE")).await.expect("dropped");
    }
}

async fn template<S: Service>() -> PathBuf {
    let cell = TEMPLATES.lock().expect("not poisoned").entry(S::NAME).or_default().clone();
    let make = || async {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("template.db");
        let database = connect(format!("sqlite:{}", file.display()), None).await;
        server::migrator::<S>(&database).up(None).await.expect("steps apply");
        database.close().await.expect("closes, and leaves everything in the file");
        Template { _folder: folder, file }
    };
    cell.get_or_init(make).await.file.clone()
}

pub async fn connect(url: String, schema: Option<String>) -> Database {
    let settings = Settings {
        url,
        application_name: "azora-test".to_owned(),
        schema,
        connections: 4,
        acquire: Duration::from_secs(20),
    };
    Database::connect(&settings).await.expect("the test database answers")
}

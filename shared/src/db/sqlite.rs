//! SQLite: one connection that writes, a few that read, all on one file.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::SqlitePoolOptions;
use sea_orm::{Database as SeaOrm, DbErr, RuntimeErr};

use super::{Database, Settings, options};

const READERS: u32 = 4;
/// How long a statement waits for whoever has the file.
const BUSY: Duration = Duration::from_secs(5);

pub async fn connect(settings: &Settings, file: &str) -> Result<Database, DbErr> {
    let path = PathBuf::from(file.trim_start_matches("//"));
    let create = |error: std::io::Error| DbErr::Conn(RuntimeErr::Internal(format!("{}: {error}", path.display())));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(create)?;
    }
    let url = format!("sqlite:{}?mode=rwc", path.display());
    let mut writer = options(url.clone(), settings);
    // A writer waits its turn in the pool; the wait is bounded by the call's deadline, not here.
    writer
        .min_connections(1)
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .map_sqlx_sqlite_opts(pragmas)
        .map_sqlx_sqlite_pool_opts(sound);
    let writer = SeaOrm::connect(writer).await?;
    let mut reader = options(url, settings);
    reader
        .min_connections(0)
        .max_connections(READERS)
        .map_sqlx_sqlite_opts(|options| pragmas(options).pragma("query_only", "ON"))
        .map_sqlx_sqlite_pool_opts(sound);
    let reader = SeaOrm::connect(reader).await?;
    Ok(Database { writer, reader, settings: settings.clone(), file: Some(path), hold: Arc::default() })
}

/// For whoever only looks: the file has to be there, and stays as it is.
pub async fn open_to_read(settings: &Settings, file: &str) -> Result<Database, DbErr> {
    let path = PathBuf::from(file.trim_start_matches("//"));
    let mut reader = options(format!("sqlite:{}?mode=ro", path.display()), settings);
    reader.min_connections(0).max_connections(READERS).map_sqlx_sqlite_opts(|options| options.busy_timeout(BUSY));
    let reader = SeaOrm::connect(reader).await?;
    Ok(Database { writer: reader.clone(), reader, settings: settings.clone(), file: Some(path), hold: Arc::default() })
}

/// SQLite rolls back by itself where the disk fails at a commit; the rollback that follows finds nothing, and the driver believes
/// in an open transaction for ever. Such a connection is replaced.
fn sound(pool: SqlitePoolOptions) -> SqlitePoolOptions {
    pool.before_acquire(|connection, _metadata| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

/// WAL lets readers go on while one writes; FULL, because money and rights live here.
fn pragmas(options: sea_orm::sqlx::sqlite::SqliteConnectOptions) -> sea_orm::sqlx::sqlite::SqliteConnectOptions {
    options
        .journal_mode(sea_orm::sqlx::sqlite::SqliteJournalMode::Wal)
        .synchronous(sea_orm::sqlx::sqlite::SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
}

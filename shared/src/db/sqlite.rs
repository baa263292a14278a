//! SQLite: one connection that writes, a few that read, all on one file.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{Database as SeaOrm, DbErr, RuntimeErr};

use super::{Database, Settings, options};

const READERS: u32 = 4;

pub async fn connect(settings: &Settings, file: &str) -> Result<Database, DbErr> {
    let path = PathBuf::from(file.trim_start_matches("//"));
    let create = |error: std::io::Error| DbErr::Conn(RuntimeErr::Internal(format!("{}: {error}", path.display())));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(create)?;
    }
    let url = format!("sqlite:{}?mode=rwc", path.display());
    let mut writer = options(url.clone(), settings);
    // A writer waits its turn in the pool; the wait is bounded by the call's deadline, not here.
    writer.min_connections(1).max_connections(1).acquire_timeout(Duration::from_secs(30)).map_sqlx_sqlite_opts(pragmas);
    let writer = SeaOrm::connect(writer).await?;
    let mut reader = options(url, settings);
    reader
        .min_connections(0)
        .max_connections(READERS)
        .map_sqlx_sqlite_opts(|options| pragmas(options).pragma("query_only", "ON"));
    let reader = SeaOrm::connect(reader).await?;
    Ok(Database { writer, reader, file: Some(path), hold: Arc::default() })
}

/// WAL lets readers go on while one writes; FULL, because money and rights live here.
fn pragmas(options: sea_orm::sqlx::sqlite::SqliteConnectOptions) -> sea_orm::sqlx::sqlite::SqliteConnectOptions {
    options
        .journal_mode(sea_orm::sqlx::sqlite::SqliteJournalMode::Wal)
        .synchronous(sea_orm::sqlx::sqlite::SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
}

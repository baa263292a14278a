//! Connecting by the URL's scheme, and the few things in which the two backends differ.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sea_orm::sea_query::{LockType, SelectStatement};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    QuerySelect, Select, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use url::Url;

use crate::file_lock;

pub mod bulk;
mod nodelay;
mod postgres;
mod sqlite;

pub use postgres::ensure_exists;

/// A service's database.
#[derive(Clone, Debug)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    settings: Settings,
    /// The file, for SQLite.
    pub file: Option<PathBuf>,
    /// What shows other processes that the file is taken.
    hold: Arc<OnceLock<File>>,
}

/// How to connect.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite:/path/to/file` or `postgres://..`.
    pub url: String,
    /// What the database's own list of sessions shows.
    pub application_name: String,
    /// A schema other than the role's first, for tests.
    pub schema: Option<String>,
    /// Connections at most.
    pub connections: u32,
    /// How long to wait for a free connection.
    pub acquire: Duration,
}

/// Why a URL is refused.
#[derive(Debug, thiserror::Error)]
pub enum UrlError {
    /// Not a URL at all.
    #[error("the database URL is malformed; expected sqlite:<file> or postgres://user@host/database")]
    Malformed,
    /// A scheme that nothing here speaks.
    #[error("no support for {0}: databases; use sqlite: or postgres:")]
    Scheme(String),
}

/// Which backend a URL names.
///
/// # Errors
/// Any scheme but `sqlite`, `postgres` and `postgresql`.
pub fn backend_of(url: &str) -> Result<DbBackend, UrlError> {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme).ok_or(UrlError::Malformed)?;
    match scheme {
        "sqlite" => Ok(DbBackend::Sqlite),
        "postgres" | "postgresql" => Url::parse(url).map(|_| DbBackend::Postgres).map_err(|_| UrlError::Malformed),
        other => Err(UrlError::Scheme(other.to_owned())),
    }
}

/// The URL without its password, for messages.
#[must_use]
pub fn redacted(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else { return url.split_once('@').map_or(url, |_| "***").to_owned() };
    if parsed.password().is_some() && parsed.set_password(Some("***")).is_err() {
        return "***".to_owned();
    }
    parsed.set_query(None);
    parsed.to_string()
}

impl Database {
    /// Connects.
    ///
    /// # Errors
    /// The database cannot be reached or opened.
    pub async fn connect(settings: &Settings) -> Result<Self, DbErr> {
        match settings.url.split_once(':') {
            Some(("sqlite", file)) => sqlite::connect(settings, file).await,
            _ => postgres::connect(settings).await,
        }
    }

    /// The same with so many connections of its own, made when they are first used. They look for every row by an index. On
    /// SQLite there is one to write on for all.
    ///
    /// # Errors
    /// The settings are no longer good, which they were before.
    pub(crate) async fn apart(&self, connections: u32) -> Result<Self, DbErr> {
        if self.file.is_some() {
            return Ok(self.clone());
        }
        postgres::connect_apart(&Settings { connections, ..self.settings.clone() }).await
    }

    /// Connects to look only: no database is made or changed. Others may serve it meanwhile.
    ///
    /// # Errors
    /// The database is not there, or cannot be reached or opened.
    pub async fn open_to_read(settings: &Settings) -> Result<Self, DbErr> {
        match settings.url.split_once(':') {
            Some(("sqlite", file)) => sqlite::open_to_read(settings, file).await,
            _ => postgres::connect(settings).await,
        }
    }

    /// Keeps a SQLite file from other processes that would serve it, until this one ends; `false` if another one has
    /// it. Postgres needs no such thing: what one copy of a service writes, the others see.
    ///
    /// # Errors
    /// The lock cannot be written.
    pub fn hold(&self) -> io::Result<bool> {
        let Some(file) = self.file.as_ref().filter(|_| self.hold.get().is_none()) else { return Ok(true) };
        let taken = file_lock::try_lock(file, ".serving")?;
        Ok(taken.is_some_and(|mark| self.hold.set(mark).is_ok()))
    }

    /// For reading.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For migrations, which write as they please.
    #[must_use]
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Begins a transaction that will write. On SQLite writers wait for each other in the pool's queue and take the
    /// write lock at once: a reader that turned writer could fail at once, whatever the time-out.
    pub(crate) async fn begin_write(&self) -> Result<DatabaseTransaction, DbErr> {
        if backend(&self.writer) == DbBackend::Sqlite {
            let immediate = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..Default::default()
            };
            return self.writer.begin_with_options(immediate).await;
        }
        self.writer.begin().await
    }

    /// Begins a transaction that reads one moment. Roll it back when all has been read.
    ///
    /// # Errors
    /// Whatever the database refuses.
    pub async fn begin_snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        if backend(&self.reader) == DbBackend::Sqlite {
            return self.reader.begin().await;
        }
        let options = TransactionOptions {
            isolation_level: Some(sea_orm::IsolationLevel::RepeatableRead),
            access_mode: Some(sea_orm::AccessMode::ReadOnly),
            ..Default::default()
        };
        self.reader.begin_with_options(options).await
    }

    /// Whether the database answers and takes writes.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.reader.ping().await
    }

    /// Closes every connection, once what runs has ended.
    ///
    /// # Errors
    /// A connection does not close.
    pub async fn close(self) -> Result<(), DbErr> {
        self.reader.close().await?;
        self.writer.close().await
    }
}

/// Which backend a connection speaks to.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that asks")]
pub fn backend(db: &impl ConnectionTrait) -> DbBackend {
    db.get_database_backend()
}

/// `SELECT .. FOR UPDATE`. SQLite has no row locks and needs none: its writers are alone.
pub fn for_update<E: EntityTrait>(db: &impl ConnectionTrait, mut select: Select<E>) -> Select<E> {
    if backend(db) == DbBackend::Postgres {
        let query: &mut SelectStatement = QuerySelect::query(&mut select);
        query.lock(LockType::Update);
    }
    select
}

fn options(url: String, settings: &Settings) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .acquire_timeout(settings.acquire)
        .idle_timeout(Duration::from_mins(10))
        .max_lifetime(Duration::from_mins(30))
        .test_before_acquire(false)
        .sqlx_logging(false);
    options
}

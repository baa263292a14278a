//! One runner at a time: an advisory lock on Postgres, a locked file beside the database on SQLite. The others ask
//! again until the first has ended, and then find nothing to do.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel, RuntimeErr, Statement,
    TransactionTrait, TryGetable, Value,
};
use sha2::{Digest, Sha256};

use super::MigrateError;
use crate::{db, file_lock};

/// Long enough for a step that rewrites a large table; a copy of a service that waits in vain is started again.
const PATIENCE: Duration = Duration::from_mins(10);
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// The lock, for as long as it is kept.
pub enum Lock {
    /// A transaction that holds the advisory lock; it ends with the connection, whatever happens to the process.
    Postgres(DatabaseTransaction),
    /// An open file; the lock ends with it. `None` where there is no file to share.
    File(Option<File>),
}

impl Lock {
    /// Takes the lock of a service's database, waiting for whoever has it.
    pub async fn take(
        service: &str,
        database: &DatabaseConnection,
        sqlite_file: Option<&Path>,
    ) -> Result<Self, MigrateError> {
        let started = Instant::now();
        loop {
            // Nothing is held between two questions: neither a connection nor, on Postgres, a snapshot that an index
            // built concurrently would have to wait for.
            let taken = if db::backend(database) == DbBackend::Postgres {
                try_postgres(service, database).await?
            } else {
                try_file(sqlite_file).await?
            };
            if let Some(lock) = taken {
                return Ok(lock);
            }
            if started.elapsed() >= PATIENCE {
                return Err(MigrateError::Locked);
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }

    /// Whether the lock is still ours. A lost connection would have freed it for somebody else.
    pub async fn confirm(&self) -> Result<(), DbErr> {
        match self {
            Self::Postgres(holder) => holder.execute_unprepared("SELECT 1").await.map(drop),
            Self::File(_) => Ok(()),
        }
    }

    /// Gives the lock back. That this fails means that the connection is gone, and the lock with it.
    pub async fn release(self) {
        match self {
            Self::Postgres(holder) => {
                if let Err(error) = holder.rollback().await {
                    tracing::warn!(%error, "the connection that held the migration lock was lost");
                }
            }
            Self::File(file) => drop(file),
        }
    }
}

/// Whether a statement gave up waiting for a lock on a table (`lock_not_available`).
pub fn timed_out(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner))) = error else {
        return false;
    };
    inner.as_database_error().and_then(sea_orm::sqlx::error::DatabaseError::code).is_some_and(|code| code == "55P03")
}

async fn try_postgres(service: &str, database: &DatabaseConnection) -> Result<Option<Lock>, DbErr> {
    // READ COMMITTED, so that the transaction keeps no snapshot while the steps run elsewhere.
    let holder = database.begin_with_config(Some(IsolationLevel::ReadCommitted), None).await?;
    // It idles while the steps run, and must not be ended for that.
    holder.execute_unprepared("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
    let schema: Option<String> = first(&holder, "SELECT current_schema()::text", vec![]).await?;
    let key = key(service, &schema.unwrap_or_default());
    let taken: Option<bool> = first(&holder, "SELECT pg_try_advisory_xact_lock($1)", vec![key.into()]).await?;
    if taken == Some(true) {
        return Ok(Some(Lock::Postgres(holder)));
    }
    holder.rollback().await?;
    Ok(None)
}

async fn first<T: TryGetable>(holder: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<Option<T>, DbErr> {
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    let row = holder.query_one_raw(statement).await?;
    row.map_or(Ok(None), |row| row.try_get_by_index(0))
}

/// What stands for a service's schema among the advisory locks of a server.
fn key(service: &str, schema: &str) -> i64 {
    let hash = Sha256::digest(format!("azora-{service}-{schema}").as_bytes());
    let mut high = [0; 8];
    high.copy_from_slice(&hash[..8]);
    i64::from_be_bytes(high)
}

async fn try_file(database: Option<&Path>) -> Result<Option<Lock>, MigrateError> {
    let Some(database) = database else { return Ok(Some(Lock::File(None))) };
    let path = database.to_owned();
    let asked = tokio::task::spawn_blocking(move || {
        let opened = file_lock::try_lock(&path, ".migrate-lock");
        opened.map_err(|error| format!("cannot lock {}: {error}", path.display()))
    });
    let broken = |what: String| MigrateError::Database(DbErr::Conn(RuntimeErr::Internal(what)));
    let file = asked.await.map_err(|error| broken(error.to_string()))?.map_err(broken)?;
    Ok(file.map(|file| Lock::File(Some(file))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_and_schemas_have_locks_of_their_own() {
        assert_eq!(key("mint", "public"), key("mint", "public"));
        assert_ne!(key("mint", "public"), key("auth", "public"));
        assert_ne!(key("mint", "public"), key("mint", "test_1"));
    }

    #[test]
    fn only_a_lock_timeout_is_worth_another_try() {
        assert!(!timed_out(&DbErr::Custom("no".to_owned())));
    }
}

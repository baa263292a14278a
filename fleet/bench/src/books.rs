//! Mint's books of any size, written straight into a database, as if they had grown there: they keep every rule that
//! VerifyLedger knows.

use anyhow::Result;
use sea_orm::{ConnectionTrait, DbBackend};
use shared::db;

use crate::hosted;

/// What moves, in the dialects: their ways to count and to write a UUID differ.
const POSTGRES: &str = include_str!("books/postgres.sql");
const SQLITE: &str = include_str!("books/sqlite.sql");
/// How the books hold what moves.
const MOVEMENTS: &str = include_str!("books/movements.sql");

/// Fills an empty database, on Postgres or SQLite: so many wallets of users, at least two, and so many movements between them.
pub async fn seed(url: &str, wallets: u64, transactions: u64) -> Result<()> {
    let wallets = wallets.max(2);
    let database = hosted::fill(url, wallets).await?;
    let moves = if db::backend(database.writer()) == DbBackend::Postgres { POSTGRES } else { SQLITE };
    let sql = format!("{moves}{MOVEMENTS}")
        .replace(":wallets", &wallets.to_string())
        .replace(":transactions", &transactions.to_string());
    database.writer().execute_unprepared(&sql).await?;
    database.close().await?;
    Ok(())
}

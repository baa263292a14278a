//! The words that migration steps are written in. One builder serves both backends; names of constraints and indexes
//! follow `<table>_<columns>_check / _key / _idx`, so that SQLite and Postgres agree.
//!
//! `column.rs` has the kinds of columns, `table.rs` what holds them, `append_only.rs` the tables that only grow.

use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::SchemaManager;

mod append_only;
mod column;
mod table;

pub use append_only::{append_only, drop_append_only, lift, lift_append_only, refuse, refuse_rows};
pub use column::{
    Column, bigint, bool, bp, bytes, currency, date, id, int, json, level, pct, real, text, timestamp, units, uuid,
    word,
};
pub use sea_orm::sea_query::ForeignKeyAction::{Cascade, Restrict, SetNull};
pub use table::{NewTable, drop, table};

/// Runs a statement that only Postgres has a use for.
///
/// # Errors
/// Whatever the database refuses.
pub async fn postgres_only(m: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    if backend(m) == DbBackend::Postgres {
        m.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

/// The moment of the migration, for reference rows that a step writes.
#[must_use]
pub fn now() -> SimpleExpr {
    Expr::value(crate::clock::now())
}

fn backend(m: &SchemaManager<'_>) -> DbBackend {
    m.get_database_backend()
}

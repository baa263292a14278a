//! Tables that only grow, whoever asks: audit entries, movements of money.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::SchemaManager;

use super::{backend, drop, postgres_only};

/// Makes a table refuse UPDATE and DELETE (and TRUNCATE on Postgres), whoever asks.
///
/// # Errors
/// Whatever the database refuses.
pub async fn append_only(m: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let connection = m.get_connection();
    if backend(m) == DbBackend::Sqlite {
        for verb in ["UPDATE", "DELETE"] {
            let trigger = format!(
                "CREATE TRIGGER {table}_append_only_{} BEFORE {verb} ON {table}
                 BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
                verb.to_lowercase()
            );
            connection.execute_unprepared(&trigger).await?;
        }
        return Ok(());
    }
    let function = format!(
        "CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    );
    connection.execute_unprepared(&function).await?;
    for (verbs, scope, label) in [("UPDATE OR DELETE", "ROW", "rows"), ("TRUNCATE", "STATEMENT", "truncate")] {
        let trigger = format!(
            "CREATE TRIGGER {table}_append_only_{label} BEFORE {verbs} ON {table}
             FOR EACH {scope} EXECUTE FUNCTION {table}_append_only()"
        );
        connection.execute_unprepared(&trigger).await?;
    }
    Ok(())
}

/// Drops an append-only table together with what kept it so.
///
/// # Errors
/// Whatever the database refuses.
pub async fn drop_append_only(m: &SchemaManager<'_>, table: &'static str) -> Result<(), DbErr> {
    drop(m, table).await?;
    postgres_only(m, &format!("DROP FUNCTION IF EXISTS {table}_append_only()")).await
}

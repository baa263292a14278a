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

/// Makes a table refuse one kind of change, whoever asks: `UPDATE OF a, b`, `DELETE`; of rows for which `only` holds, or of
/// any.
///
/// # Errors
/// Whatever the database refuses.
pub async fn refuse(
    m: &SchemaManager<'_>,
    table: &str,
    label: &str,
    change: &str,
    only: Option<&str>,
) -> Result<(), DbErr> {
    let when = only.map(|only| format!("WHEN ({only})")).unwrap_or_default();
    let message = format!("{table}_{label} refuses this change");
    let trigger = format!("CREATE TRIGGER {table}_{label} BEFORE {change} ON {table}");
    if backend(m) == DbBackend::Sqlite {
        let text = format!("{trigger} {when} BEGIN SELECT RAISE(ABORT, '{message}'); END");
        m.get_connection().execute_unprepared(&text).await?;
        return Ok(());
    }
    let function = format!(
        "CREATE FUNCTION {table}_{label}() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION '{message}'; END $$"
    );
    m.get_connection().execute_unprepared(&function).await?;
    let text = format!("{trigger} FOR EACH ROW {when} EXECUTE FUNCTION {table}_{label}()");
    m.get_connection().execute_unprepared(&text).await?;
    Ok(())
}

/// Lets it be changed in this way again.
///
/// # Errors
/// Whatever the database refuses.
pub async fn lift(m: &SchemaManager<'_>, table: &str, label: &str) -> Result<(), DbErr> {
    let text = if backend(m) == DbBackend::Sqlite {
        format!("DROP TRIGGER {table}_{label}")
    } else {
        // The trigger goes with its function.
        format!("DROP FUNCTION {table}_{label}() CASCADE")
    };
    m.get_connection().execute_unprepared(&text).await?;
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

/// Lets an append-only table change again: the way back of a step that made an older table so.
///
/// # Errors
/// Whatever the database refuses.
pub async fn lift_append_only(m: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let connection = m.get_connection();
    if backend(m) == DbBackend::Sqlite {
        for verb in ["update", "delete"] {
            connection.execute_unprepared(&format!("DROP TRIGGER {table}_append_only_{verb}")).await?;
        }
        return Ok(());
    }
    // The triggers go with their function.
    connection.execute_unprepared(&format!("DROP FUNCTION {table}_append_only() CASCADE")).await?;
    Ok(())
}

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

/// On Postgres, refuses a statement that inserts rows into a table of which this question, about `written`, finds any; `label`
/// is how they do it: `belong`, `refer`, to nothing. Few rows meet large tables: by their keys, however small those were when the plan was made.
///
/// # Errors
/// Whatever the database refuses.
pub async fn refuse_rows(m: &SchemaManager<'_>, table: &str, label: &str, strays: &str) -> Result<(), DbErr> {
    let function = format!(
        "CREATE FUNCTION {table}_{label}() RETURNS trigger LANGUAGE plpgsql
         SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS
         $$ BEGIN
             IF EXISTS ({strays}) THEN RAISE EXCEPTION '{table} that {label} to nothing'; END IF;
             RETURN NULL;
         END $$"
    );
    postgres_only(m, &function).await?;
    let trigger = format!(
        "CREATE TRIGGER {table}_{label} AFTER INSERT ON {table} REFERENCING NEW TABLE AS written
         FOR EACH STATEMENT EXECUTE FUNCTION {table}_{label}()"
    );
    postgres_only(m, &trigger).await
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

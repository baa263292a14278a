//! Postgres: one pool, small, since more connections only queue inside the server.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::Executor;
use sea_orm::{ConnectionTrait, Database as SeaOrm, DbErr, RuntimeErr};
use url::Url;

use super::{Database, Settings, nodelay, options};

/// A connection that nobody has used for so long is tried before it is used: the server may have been restarted.
const PRESUMED_ALIVE: Duration = Duration::from_secs(1);

pub async fn connect(settings: &Settings) -> Result<Database, DbErr> {
    connected(settings, false).await
}

/// The first question connects. A plan that was made while a table was small reads all of it, and goes on doing so while it
/// grows: here every plan takes an index where there is one.
pub async fn connect_apart(settings: &Settings) -> Result<Database, DbErr> {
    connected(settings, true).await
}

async fn connected(settings: &Settings, apart: bool) -> Result<Database, DbErr> {
    let mut pool = options(settings.url.clone(), settings);
    let (name, schema) = (settings.application_name.clone(), settings.schema.clone());
    pool.min_connections(0)
        .max_connections(settings.connections)
        .connect_lazy(apart)
        .test_before_acquire_if_idle_for(PRESUMED_ALIVE)
        .map_sqlx_postgres_opts(move |options| {
            let path = schema.iter().map(|schema| ("search_path", schema));
            options.application_name(&name).options(path)
        })
        .map_sqlx_postgres_pool_opts(move |pool| {
            pool.after_connect(move |connection, _about| {
                nodelay::set();
                Box::pin(async move {
                    if apart {
                        connection.execute("SET enable_seqscan = off").await?;
                    }
                    Ok(())
                })
            })
        });
    let writer = SeaOrm::connect(pool).await?;
    Ok(Database { reader: writer.clone(), writer, settings: settings.clone(), file: None, hold: Arc::default() })
}

/// Creates the database that the URL names, if it is missing and the role may.
///
/// # Errors
/// The server does not answer, or refuses.
pub async fn ensure_exists(settings: &Settings) -> Result<bool, DbErr> {
    let malformed = |_| DbErr::Conn(RuntimeErr::Internal("the database URL is malformed".to_owned()));
    let mut url = Url::parse(&settings.url).map_err(malformed)?;
    let name = url.path().trim_start_matches('/').to_owned();
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(DbErr::Conn(RuntimeErr::Internal(format!("{name:?} is no name for a database"))));
    }
    url.set_path("/postgres");
    let mut pool = options(url.to_string(), settings);
    pool.max_connections(1);
    let server = SeaOrm::connect(pool).await?;
    let quoted = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
    let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, quoted);
    let missing = server.query_one_raw(statement).await?.is_none();
    if missing && let Err(error) = server.execute_unprepared(&format!("CREATE DATABASE {name}")).await {
        // Two that start together: the second finds it there.
        if !error.to_string().contains("already exists") && !error.to_string().contains("duplicate key") {
            return Err(error);
        }
    }
    server.close().await?;
    Ok(missing)
}

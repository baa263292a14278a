//! What has been applied, and how it came to be: `seaql_migrations` says which steps the schema consists of,
//! `schema_history` every step forwards or back that was tried, by whom and with which binary.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    EntityTrait, QueryFilter, QueryOrder, Schema,
};
use sea_orm_migration::{SchemaManager, seaql_migrations};

use super::Direction;
use super::ddl::{bigint, id, table, text, timestamp, word};
use crate::clock::{self, Time};
use crate::db;

/// The tables that the runner keeps beside those of the steps.
const APPLIED: &str = "seaql_migrations";
const HISTORY: &str = "schema_history";

/// A line of the history.
mod row {
    use sea_orm::entity::prelude::*;

    use crate::clock::Time;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "schema_history")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub step: String,
        pub direction: String,
        pub digest: String,
        pub backend: String,
        pub binary_version: String,
        pub operator: String,
        pub started_at: Time,
        pub duration_ms: i64,
        pub outcome: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a database says of its schema.
#[derive(Debug, Default)]
pub struct Record {
    /// The steps that are applied.
    pub applied: BTreeSet<String>,
    /// How each step was applied the last time.
    pub last: HashMap<String, Origin>,
    /// Whether the runner's own tables are there.
    pub installed: bool,
}

/// What a step was made from when it was applied.
#[derive(Debug)]
pub struct Origin {
    /// The digest of its source.
    pub digest: String,
    /// The version of the binary.
    pub version: String,
}

/// A step that was tried.
pub struct Attempt<'a> {
    pub step: &'a str,
    pub digest: String,
    pub direction: Direction,
    pub operator: &'a str,
    pub started: Time,
    pub duration: Duration,
}

/// How an attempt ended.
#[derive(Clone, Copy)]
pub enum Outcome {
    Ok,
    Failed,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
        }
    }
}

/// `postgres` or `sqlite`.
pub fn backend_word(db: &impl ConnectionTrait) -> &'static str {
    if db::backend(db) == DbBackend::Postgres { "postgres" } else { "sqlite" }
}

/// Reads what is applied. Creates nothing: a database without the tables has no step.
pub async fn read(db: &DatabaseConnection) -> Result<Record, DbErr> {
    let manager = SchemaManager::new(db);
    let mut record = Record::default();
    let has_applied = manager.has_table(APPLIED).await?;
    let has_history = manager.has_table(HISTORY).await?;
    record.installed = has_applied && has_history;
    if has_applied {
        let rows = seaql_migrations::Entity::find().all(db).await?;
        record.applied = rows.into_iter().map(|row| row.version).collect();
    }
    if has_history {
        let rows = row::Entity::find()
            .filter(row::Column::Direction.eq(Direction::Up.word()))
            .filter(row::Column::Outcome.eq(Outcome::Ok.word()))
            .order_by_asc(row::Column::StartedAt)
            .order_by_asc(row::Column::Id)
            .all(db)
            .await?;
        // Later lines replace earlier ones.
        record.last = rows
            .into_iter()
            .map(|row| (row.step, Origin { digest: row.digest, version: row.binary_version }))
            .collect();
    }
    Ok(record)
}

/// Makes the runner's own tables where they are missing.
pub async fn install(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let manager = SchemaManager::new(tx);
    if !manager.has_table(APPLIED).await? {
        let schema = Schema::new(db::backend(tx));
        manager.create_table(schema.create_table_from_entity(seaql_migrations::Entity)).await?;
    }
    if !manager.has_table(HISTORY).await? {
        table(HISTORY)
            .col(id())
            .col(text("step", 1..=200))
            .col(word("direction", ["up", "down"]))
            .col(text("digest", 64..=64))
            .col(word("backend", ["postgres", "sqlite"]))
            .col(text("binary_version", 1..=200))
            .col(text("operator", 1..=200))
            .col(timestamp("started_at"))
            .col(bigint("duration_ms").check("duration_ms >= 0"))
            .col(word("outcome", ["ok", "failed"]))
            .without_created_at()
            .create(&manager)
            .await?;
    }
    Ok(())
}

/// Adds a step to what is applied, or takes it away, with its line in the history.
pub async fn record(tx: &DatabaseTransaction, attempt: &Attempt<'_>) -> Result<(), DbErr> {
    match attempt.direction {
        Direction::Up => {
            let applied = seaql_migrations::ActiveModel {
                version: Set(attempt.step.to_owned()),
                applied_at: Set(clock::now().timestamp()),
            };
            seaql_migrations::Entity::insert(applied).exec_without_returning(tx).await?;
        }
        Direction::Down => {
            let this = seaql_migrations::Column::Version.eq(attempt.step);
            seaql_migrations::Entity::delete_many().filter(this).exec(tx).await?;
        }
    }
    write(tx, attempt, Outcome::Ok).await
}

/// Writes a line of the history.
pub async fn write(db: &impl ConnectionTrait, attempt: &Attempt<'_>, outcome: Outcome) -> Result<(), DbErr> {
    let line = row::ActiveModel {
        id: Set(crate::id::time_ordered()),
        step: Set(attempt.step.to_owned()),
        direction: Set(attempt.direction.word().to_owned()),
        digest: Set(attempt.digest.clone()),
        backend: Set(backend_word(db).to_owned()),
        binary_version: Set(env!("CARGO_PKG_VERSION").to_owned()),
        operator: Set(attempt.operator.to_owned()),
        started_at: Set(attempt.started),
        duration_ms: Set(i64::try_from(attempt.duration.as_millis()).unwrap_or(i64::MAX)),
        outcome: Set(outcome.word().to_owned()),
    };
    row::Entity::insert(line).exec_without_returning(db).await?;
    Ok(())
}

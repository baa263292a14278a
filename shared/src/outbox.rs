//! Events to publish, stored in the transaction of what caused them.

use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::clock::Time;
use crate::db;
use crate::error::{Error, Result};
use crate::fleet::outbox::{Column, Entity};
use crate::json::Json;

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// `azora.auth.user.registered.v1`.
    pub kind: String,
    /// `user`.
    pub aggregate: String,
    /// Which one: events about the same thing stay in order.
    pub id: Uuid,
    /// What happened, in fields that every consumer may know.
    pub data: Json,
    /// The trace it happened under.
    pub trace: Option<String>,
}

/// Stores an event. Its place among the events of its aggregate follows the last one.
pub async fn insert(db: &impl ConnectionTrait, event: Event, now: Time) -> Result<()> {
    let next = Entity::find()
        .select_only()
        .column_as(Column::Sequence.max(), "last")
        .filter(Column::AggregateType.eq(&event.aggregate))
        .filter(Column::AggregateId.eq(event.id))
        .into_tuple::<Option<i64>>()
        .one(db)
        .await?
        .flatten()
        .unwrap_or(0)
        + 1;
    let mut columns = vec![
        Column::Id,
        Column::AggregateType,
        Column::AggregateId,
        Column::Sequence,
        Column::Type,
        Column::Data,
        Column::Trace,
        Column::CreatedAt,
    ];
    let mut values: Vec<Expr> = vec![
        Expr::value(crate::id::time_ordered()),
        Expr::value(event.aggregate),
        Expr::value(event.id),
        Expr::value(next),
        Expr::value(event.kind),
        Expr::value(event.data),
        Expr::value(event.trace),
        Expr::value(now),
    ];
    if db::backend(db) == DbBackend::Sqlite {
        // Postgres gives the position from a sequence; a SQLite writer is alone and may count.
        columns.push(Column::Position);
        values.push(Expr::SubQuery(None, Box::new(next_position().into())));
    }
    let mut insert = Query::insert();
    insert.into_table(Entity).columns(columns);
    insert.values(values).map_err(|error| Error::internal(error.to_string()))?;
    db.execute(&insert).await?;
    Ok(())
}

fn next_position() -> SelectStatement {
    let highest = Func::coalesce([Expr::col(Column::Position).max(), Expr::value(0)]);
    Query::select().expr(Expr::expr(highest).add(1)).from(Entity).to_owned()
}

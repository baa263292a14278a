//! Events to publish, stored in the transaction of what caused them.

use std::collections::HashMap;

use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Select};
use uuid::Uuid;

use crate::clock::Time;
use crate::db::{self, bulk};
use crate::error::Result;
use crate::fleet::outbox::{ActiveModel, Column, Entity};
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
    /// Whether it is the first about its aggregate, so that nothing has to be looked up.
    pub first: bool,
    /// What happened, in fields that every consumer may know.
    pub data: Json,
    /// The trace it happened under.
    pub trace: Option<String>,
}

/// Stores events.
pub async fn insert(db: &impl ConnectionTrait, events: Vec<Event>, now: Time) -> Result<()> {
    Ok(bulk::insert(db, rows(db, events, now).await?).await?)
}

/// Events, to be stored. Each takes its place among those of its aggregate, behind the last one.
pub async fn rows(db: &impl ConnectionTrait, events: Vec<Event>, now: Time) -> Result<Vec<ActiveModel>> {
    // Postgres gives the position from a sequence; a SQLite writer is alone and may count.
    let counts = db::backend(db) == DbBackend::Sqlite && !events.is_empty();
    let mut position = if counts { Some(last(db, Entity::find(), Column::Position).await?) } else { None };
    let mut places = HashMap::new();
    let mut rows = Vec::with_capacity(events.len());
    for event in events {
        let aggregate = (event.aggregate.clone(), event.id);
        let before = match places.get(&aggregate) {
            Some(place) => *place,
            None if event.first => 0,
            None => {
                let of_it = Entity::find()
                    .filter(Column::AggregateType.eq(&event.aggregate))
                    .filter(Column::AggregateId.eq(event.id));
                last(db, of_it, Column::Sequence).await?
            }
        };
        places.insert(aggregate, before + 1);
        position = position.map(|position| position + 1);
        rows.push(ActiveModel {
            id: Set(crate::id::time_ordered()),
            aggregate_type: Set(event.aggregate),
            aggregate_id: Set(event.id),
            sequence: Set(before + 1),
            position: position.map_or(NotSet, Set),
            transaction_mark: NotSet,
            r#type: Set(event.kind),
            data: Set(event.data),
            trace: Set(event.trace),
            published_at: Set(None),
            created_at: Set(now),
        });
    }
    Ok(rows)
}

async fn last(db: &impl ConnectionTrait, rows: Select<Entity>, column: Column) -> Result<i64> {
    let last = rows.select_only().column_as(column.max(), "last").into_tuple::<Option<i64>>().one(db).await?;
    Ok(last.flatten().unwrap_or(0))
}

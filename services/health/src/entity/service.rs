//! A service that is watched.

use proto::azora::health::v1::{RegisteredService, ServiceStatus};
use sea_orm::entity::prelude::*;
use shared::clock::{self, Time};
use shared::word::Word;

use crate::id::ServiceId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "services")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ServiceId,
    pub name: String,
    pub address: String,
    pub version: Option<String>,
    pub status: Word<ServiceStatus>,
    pub failures_in_row: i32,
    pub last_seen_at: Option<Time>,
    pub removed_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The services that have not been removed.
#[must_use]
pub fn watched() -> Select<Entity> {
    Entity::find().filter(Column::RemovedAt.is_null())
}

impl From<Model> for RegisteredService {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            address: row.address,
            version: row.version.unwrap_or_default(),
            status: row.status.number(),
            last_seen_at: row.last_seen_at.map(clock::to_proto),
            created_at: Some(clock::to_proto(row.created_at)),
        }
    }
}

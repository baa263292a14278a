//! What each person did with which item. Rows are added and never changed by code. They have no trigger that says so:
//! they go with their person, and lose the name of an offer that is cleared away.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, SetNull, drop, id, json, real, table, text, timestamp, uuid, word};

const TYPES: [&str; 9] = ["view", "click", "dismiss", "accept", "purchase", "enroll", "complete", "rate", "like"];

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("interactions")
            .col(id())
            .col(uuid("user_id").references_column("user_profiles", "user_id", Cascade))
            .col(uuid("recommendation_id").null().references("recommendations", SetNull))
            .col(text("item_id", 1..=200))
            .col(text("item_type", 1..=200))
            .col(json("metadata").null())
            .col(word("type", TYPES))
            .col(real("value").null())
            .col(uuid("event_id").null().unique()) // one that came from an event counts once
            .col(timestamp("occurred_at"))
            .list_index(["user_id", "occurred_at"])
            .list_index(["item_id", "type"])
            .list_index(["type", "occurred_at"])
            .list_index(["occurred_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "interactions").await
    }
}

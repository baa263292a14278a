//! The log of the fleet's events, in one order for all who read it.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bigint, drop, json, table, text, timestamp, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("events")
            .col(bigint("position"))
            .col(uuid("event_id").unique())
            .col(text("source", 1..=200))
            .col(text("type", 1..=200))
            .col(text("subject", 1..=200))
            .col(bigint("sequence"))
            .col(json("data"))
            .col(timestamp("occurred_at"))
            .col(text("trace", 1..=200).null())
            .primary_key(["position"])
            .index(["type", "position"])
            .index(["source", "position"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "events").await
    }
}

//! How far each reader of the log has come. One copy of a reader holds the lease and moves the cursor.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bigint, drop, json, table, text, timestamp};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("subscriptions")
            .col(text("durable", 1..=200)) // the name that a reader comes back under
            .col(text("consumer", 1..=200))
            .col(json("types"))
            .col(bigint("cursor").default(0))
            .col(text("leased_by", 1..=200).null())
            .col(timestamp("lease_until").null())
            .updated()
            .primary_key(["durable"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "subscriptions").await
    }
}

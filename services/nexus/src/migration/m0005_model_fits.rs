//! What was learned from interactions, kept so that every copy answers the same. One fit answers at a time.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bigint, bool, bytes, drop, id, json, table, text, timestamp};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("model_fits")
            .col(id())
            .col(text("algorithm", 1..=200))
            .col(timestamp("fitted_at"))
            .col(bigint("interactions")) // how many it was learned from
            .col(json("metrics"))
            .col(bytes("artefact"))
            .col(bool("active").default(false))
            .unique_where("active", ["active"], "active")
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "model_fits").await
    }
}

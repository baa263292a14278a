//! Heads of the audit chains of the other services, kept where they cannot be rewritten together with them.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bytes, drop, id, json, table, text};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("witnessed_checkpoints")
            .col(id())
            .col(text("service", 1..=200))
            .col(bytes("root"))
            .col(json("heads"))
            .col(bytes("signature"))
            .unique(["service", "root"])
            .list_index(["service", "created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "witnessed_checkpoints").await
    }
}

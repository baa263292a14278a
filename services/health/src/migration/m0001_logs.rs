//! What services log. Lines are never changed; retention removes old ones.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{drop, id, json, table, text, timestamp, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("logs")
            .col(id())
            .col(word("level", ["DEBUG", "INFO", "WARN", "ERROR", "FATAL"]))
            .col(text("service", 2..=40))
            .col(text("message", 1..=8000))
            .col(text("trace_id", 32..=32).null())
            .col(json("metadata").null())
            .col(timestamp("logged_at"))
            .list_index(["service", "logged_at"])
            .list_index(["level", "logged_at"])
            .list_index(["logged_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "logs").await
    }
}

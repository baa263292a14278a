//! Decisions on governed actions, with the rules that made them.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{append_only, drop_append_only, id, int, json, table, text, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("constitutional_logs")
            .col(id())
            .col(text("service", 2..=40))
            .col(text("action", 1..=200))
            .col(uuid("user_id").null())
            .col(text("subject_type", 1..=200))
            .col(text("subject_id", 1..=200))
            .col(word("decision", ["allowed", "flagged", "blocked"]))
            .col(word("severity", ["low", "medium", "high", "critical"]).default("low"))
            .col(text("rule_id", 1..=40).null())
            .col(text("article", 1..=40).null())
            .col(int("score").null().check("score BETWEEN 0 AND 100"))
            .col(json("results"))
            .col(json("metadata").default("{}"))
            .list_index(["action", "created_at"])
            .list_index(["user_id", "created_at"])
            .list_index(["decision", "created_at"])
            .create(m)
            .await?;
        append_only(m, "constitutional_logs").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_append_only(m, "constitutional_logs").await
    }
}

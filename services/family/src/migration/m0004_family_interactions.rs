//! How often people turn to whom, and how it felt. Names, not ids, so that figures outlive a rename.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{drop, id, json, real, table, text, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("family_interactions")
            .col(id())
            .col(uuid("user_id"))
            .col(text("member_name", 2..=40))
            .col(word("interaction", ["chat", "greeting", "consultation", "celebration", "encouragement", "memory"]))
            .col(word("sentiment", ["positive", "neutral", "negative"]).null())
            .col(real("compound").null().check("compound BETWEEN -1 AND 1"))
            .col(json("metadata").null())
            .list_index(["user_id", "created_at"])
            .list_index(["member_name", "created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "family_interactions").await
    }
}

//! What was said in a session. The numbers of a session are dense, so that its order is never in doubt.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, bool, drop, id, int, json, table, text, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("messages")
            .col(id())
            .col(uuid("session_id").references("tutoring_sessions", Cascade))
            .col(word("role", ["user", "assistant"]))
            .col(text("content", 1..=8000))
            .col(int("seq"))
            .col(bool("ai_generated").default(false)) // readers are told
            .col(text("provider", 1..=200).null())
            .col(json("metadata").null()) // why the answer was chosen
            .unique(["session_id", "seq"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "messages").await
    }
}

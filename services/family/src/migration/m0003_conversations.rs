//! What people and members say to each other.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, bool, drop, id, int, json, real, table, text, timestamp, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("conversations")
            .col(id())
            .col(uuid("member_id").references("family_members", Restrict))
            .col(uuid("user_id"))
            .col(text("title", 1..=200).null())
            .col(json("context").null())
            .col(int("message_count").default(0))
            .col(timestamp("started_at"))
            .col(timestamp("last_message_at"))
            .updated()
            .deleted()
            .list_index(["user_id", "last_message_at"])
            .create(m)
            .await?;
        table("messages")
            .col(id())
            .col(uuid("conversation_id").references("conversations", Restrict))
            .col(uuid("member_id").references("family_members", Restrict))
            .col(uuid("user_id"))
            .col(int("seq"))
            .col(word("role", ["user", "assistant"]))
            .col(text("content", 1..=8000))
            .col(word("mood", ["excited", "happy", "neutral", "thoughtful", "concerned"]).default("neutral"))
            .col(real("compound").null().check("compound BETWEEN -1 AND 1"))
            .col(bool("ai_generated").default(false))
            .col(json("metadata").null())
            .unique(["conversation_id", "seq"])
            .list_index(["user_id", "created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "messages").await?;
        drop(m, "conversations").await
    }
}

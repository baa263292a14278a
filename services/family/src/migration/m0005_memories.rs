//! What a member remembers of a person, and the person can delete.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, SetNull, bytes, drop, id, int, json, table, text, timestamp, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("memories")
            .col(id())
            .col(uuid("user_id"))
            .col(uuid("member_id").null().references("family_members", Restrict))
            .col(word("kind", ["fact", "preference", "goal", "event", "context"]))
            .col(text("content", 1..=2000))
            .col(text("search_text", 0..=2000))
            .col(json("tags"))
            .col(int("importance").default(3).check("importance BETWEEN 1 AND 5"))
            .col(bytes("embedding").null())
            .col(text("embedding_model", 1..=200).null())
            .col(uuid("source_message_id").null().references("messages", SetNull))
            .col(int("recalled").default(0))
            .col(timestamp("last_recalled_at").null())
            .updated()
            .deleted()
            .list_index(["user_id", "importance", "created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "memories").await
    }
}

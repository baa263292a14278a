//! What was offered to whom, and why. Of one item a user has one offer at a time. Before interactions, which name the
//! offer that they answer.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, drop, id, json, real, table, text, timestamp, uuid, word};

const SOURCES: [&str; 7] = ["content", "collaborative", "sequential", "contextual", "remedial", "trending", "popular"];

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("recommendations")
            .col(id())
            .col(uuid("user_id").references_column("user_profiles", "user_id", Cascade))
            .col(text("item_id", 1..=200))
            .col(text("item_type", 1..=200))
            .col(text("item_name", 1..=200))
            .col(word("source", SOURCES))
            .col(word("status", ["active", "dismissed", "accepted", "expired"]).default("active"))
            .col(timestamp("expires_at"))
            .col(word("type", ["feature", "service", "product", "course", "module", "job", "path"]))
            .col(real("score").check("score BETWEEN 0 AND 1"))
            .col(text("reason", 1..=200))
            .col(json("context").default("{}"))
            .updated()
            .unique_where("active", ["user_id", "item_type", "item_id"], "status = 'active'")
            .list_index(["user_id", "status", "score"])
            .list_index(["type", "created_at"])
            .list_index(["expires_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "recommendations").await
    }
}

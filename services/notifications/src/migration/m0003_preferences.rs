//! How each user wants to be told: over which channels, when not, and how often. A user without a row has the defaults.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bytes, drop, json, table, text, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("preferences")
            .col(uuid("user_id"))
            .col(json("channels")) // category x channel -> bool
            .col(text("quiet_from", 5..=5).null()) // 22:00, in the time zone
            .col(text("quiet_to", 5..=5).null())
            .col(text("timezone", 1..=200).default("UTC"))
            .col(word("digest", ["off", "daily", "weekly"]).default("off"))
            .col(text("webhook_url", 1..=2000).null())
            .col(bytes("webhook_secret").null())
            .updated()
            .primary_key(["user_id"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "preferences").await
    }
}

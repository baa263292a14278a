//! Wording, apart from the code: one text per occasion, language and channel.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bool, drop, id, int, json, table, text, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("templates")
            .col(id())
            .col(text("code", 1..=200))
            .col(text("language", 2..=35))
            .col(word("channel", ["in_app", "email", "sms", "webhook"]))
            .col(text("subject", 1..=200).null())
            .col(text("body", 1..=10000))
            .col(json("variables"))
            .col(int("version").default(1))
            .col(bool("active").default(true))
            .updated()
            .unique(["code", "language", "channel"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "templates").await
    }
}

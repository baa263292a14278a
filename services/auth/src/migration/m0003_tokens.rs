//! One-time tokens that prove an address or reset a password. Only their digest is kept.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, bytes, drop, id, int, table, text, timestamp, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("tokens")
            .col(id())
            .col(uuid("user_id").references("users", Cascade))
            .col(word("type", ["email_verification", "password_reset", "email_change"]))
            .col(bytes("token_hash").unique())
            .col(text("email", 3..=254))
            .col(int("epoch"))
            .col(timestamp("expires_at"))
            .col(timestamp("consumed_at").null())
            .col(timestamp("superseded_at").null())
            .index(["user_id", "type"])
            .index(["expires_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "tokens").await
    }
}

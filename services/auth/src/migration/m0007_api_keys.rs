//! Keys for automation. The key is shown once; its digest is kept.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, bytes, drop, id, json, table, text, timestamp, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("api_keys")
            .col(id())
            .col(uuid("user_id").references("users", Cascade))
            .col(text("name", 1..=200))
            .col(text("prefix", 12..=12).unique())
            .col(bytes("key_hash").unique())
            .col(json("scopes"))
            .col(timestamp("expires_at").null())
            .col(timestamp("last_used_at").null())
            .col(timestamp("revoked_at").null())
            .updated()
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "api_keys").await
    }
}

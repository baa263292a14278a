//! The keys that access tokens are signed with: they outlive restarts and overlap at a rotation.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bytes, drop, table, text, timestamp, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("signing_keys")
            .col(text("kid", 1..=200))
            .col(bytes("public_key"))
            .col(bytes("private_key").null())
            .col(word("state", ["next", "active", "retired"]))
            .col(timestamp("not_before"))
            .col(timestamp("retired_at").null())
            .updated()
            .primary_key(["kid"])
            .unique_where("active", ["state"], "state = 'active'")
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "signing_keys").await
    }
}

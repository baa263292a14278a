//! What the other services have to hear at once: sessions that have ended, and epochs that have risen.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, drop, id, int, table, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("revocations")
            .col(id())
            .col(uuid("user_id").references("users", Cascade))
            .col(uuid("session_id").null())
            .col(int("epoch").null())
            .check("one", "(session_id IS NULL) <> (epoch IS NULL)")
            .index(["created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "revocations").await
    }
}

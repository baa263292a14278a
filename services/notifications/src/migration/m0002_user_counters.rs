//! One row per user: how much they were ever told, and how much of it is unread. The row that is locked before any of a
//! user's notifications is touched, which keeps the count exact and the order without gaps.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bigint, drop, int, table, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("user_counters")
            .col(uuid("user_id"))
            .col(bigint("last_seq").default(0))
            .col(int("unread").default(0).check("unread >= 0"))
            .updated()
            .primary_key(["user_id"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "user_counters").await
    }
}

//! Daily limits that parallel calls cannot overrun.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{date, drop, int, table, text, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("quota_counters")
            .col(uuid("user_id"))
            .col(text("feature", 1..=200))
            .col(date("period"))
            .col(int("used").default(0))
            .updated()
            .primary_key(["user_id", "feature", "period"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "quota_counters").await
    }
}

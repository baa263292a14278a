//! What a user has been rewarded on one day: the row that is locked while the day's cap is judged.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{date, drop, table, units, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("mining_days")
            .col(uuid("user_id"))
            .col(date("day"))
            .col(units("paid").default(0))
            .updated()
            .primary_key(["user_id", "day"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "mining_days").await
    }
}

//! At what rate one currency is changed into another, each change dated.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bigint, currency, drop, id, table, timestamp, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("exchange_rates")
            .col(id())
            .col(currency("base"))
            .col(currency("quote"))
            .col(bigint("rate_e12").check("rate_e12 > 0")) // quote per base, in units of 1e-12
            .col(uuid("set_by"))
            .col(timestamp("effective_from"))
            .unique(["base", "quote", "effective_from"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "exchange_rates").await
    }
}

//! The economy in figures, one row per recording, each computed from the books as they stood after one transaction.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{append_only, bigint, drop_append_only, id, int, table, timestamp, units};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("economic_metrics")
            .col(id())
            .col(int("active_wallets").default(0))
            .col(timestamp("recorded_at"))
            .col(bigint("ledger_version").unique()) // seq of the newest transaction that is counted in
            .col(units("total_supply").default(0).check("total_supply >= 0"))
            .col(units("circulating_supply").default(0).check("circulating_supply >= 0"))
            .col(units("total_staked").default(0).check("total_staked >= 0"))
            .col(units("total_minted").default(0).check("total_minted >= 0"))
            .col(units("total_burned").default(0).check("total_burned >= 0"))
            .col(units("total_held").default(0).check("total_held >= 0"))
            .col(units("daily_volume").default(0).check("daily_volume >= 0"))
            .list_index(["recorded_at"])
            .create(m)
            .await?;
        append_only(m, "economic_metrics").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_append_only(m, "economic_metrics").await
    }
}

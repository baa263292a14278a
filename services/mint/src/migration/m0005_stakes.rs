//! Money that its owner has locked away for a term, with the reward agreed at the start and set aside for it.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, bp, drop, id, int, table, timestamp, units, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("stakes")
            .col(id())
            .col(uuid("wallet_id").references("wallets", Restrict))
            .col(timestamp("start_at"))
            .col(timestamp("end_at"))
            .col(units("amount").check("amount > 0"))
            .col(bp("rate_bp").default(500)) // a year's, frozen at the start
            .col(int("days").default(30).check("days BETWEEN 1 AND 1825"))
            .col(units("reward").check("reward >= 0"))
            .col(uuid("reward_hold_id").null().references("holds", Restrict))
            .col(word("status", ["active", "completed", "cancelled"]).default("active"))
            .col(timestamp("matured_at").null())
            .col(timestamp("ended_at").null())
            .col(uuid("stake_transaction_id").references("transactions", Restrict))
            .col(uuid("unstake_transaction_id").null().references("transactions", Restrict))
            .col(uuid("reward_transaction_id").null().references("transactions", Restrict))
            .updated()
            .check("term", "end_at > start_at")
            .check("ended", "(ended_at IS NOT NULL) = (status <> 'active')")
            .list_index(["wallet_id", "status"])
            .list_index(["status", "end_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "stakes").await
    }
}

//! Money set aside for somebody: part of a wallet's balance that cannot be spent until the hold is captured, voided or
//! has expired. Before transactions, which name the hold that they capture.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, currency, drop, id, table, text, timestamp, units, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("holds")
            .col(id())
            .col(uuid("debit_wallet_id"))
            .col(uuid("credit_wallet_id"))
            .col(text("creator", 1..=200)) // who may capture it
            .col(currency("currency"))
            .col(units("amount").check("amount > 0"))
            .col(units("captured").default(0))
            .col(word("status", ["open", "captured", "voided", "expired"]).default("open"))
            .col(text("reason", 1..=200))
            .col(timestamp("expires_at").null()) // the reward of a stake waits as long as the stake
            .updated()
            .check("part", "captured BETWEEN 0 AND amount")
            .foreign_key(["debit_wallet_id", "currency"], "wallets", ["id", "currency"], Restrict)
            .foreign_key(["credit_wallet_id", "currency"], "wallets", ["id", "currency"], Restrict)
            .list_index(["status", "expires_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "holds").await
    }
}

//! What moved: one amount from one wallet to another. Both legs refer to a wallet together with the currency, so that
//! a transaction between currencies cannot be written at all.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, bigint, currency, drop, id, json, table, text, timestamp, units, uuid, word};

const TYPES: [&str; 13] = [
    "mint",
    "transfer",
    "stake",
    "unstake",
    "reward",
    "escrow_hold",
    "escrow_release",
    "escrow_refund",
    "fee",
    "payment",
    "burn",
    "conversion",
    "reversal",
];

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("transactions")
            .col(id())
            .col(bigint("seq").unique()) // the order in which mint accepted them
            .col(word("type", TYPES))
            .col(currency("currency"))
            .col(uuid("debit_wallet_id"))
            .col(uuid("credit_wallet_id"))
            .col(units("amount").check("amount > 0"))
            .col(word("status", ["pending", "completed", "failed", "voided"]).default("completed"))
            .col(text("reason", 1..=200).null())
            .col(text("memo", 0..=200).null())
            .col(uuid("group_id").null())
            .col(uuid("reverses_id").null().references("transactions", Restrict))
            .col(uuid("hold_id").null().references("holds", Restrict))
            .col(word("external_direction", ["in", "out"]).null())
            .col(text("external_reference", 1..=120).null())
            .col(text("operation_caller", 1..=200))
            .col(uuid("operation_id"))
            .col(json("metadata").null())
            .col(timestamp("effective_at"))
            .updated()
            .check("legs", "debit_wallet_id <> credit_wallet_id")
            .check("reversal", "(reverses_id IS NOT NULL) = (type = 'reversal')")
            .check("external", "(external_direction IS NOT NULL) = (external_reference IS NOT NULL)")
            .foreign_key(["debit_wallet_id", "currency"], "wallets", ["id", "currency"], Restrict)
            .foreign_key(["credit_wallet_id", "currency"], "wallets", ["id", "currency"], Restrict)
            .unique_where(
                "external",
                ["external_direction", "currency", "external_reference"],
                "external_reference IS NOT NULL",
            )
            .list_index(["type", "created_at"])
            .list_index(["created_at"])
            .list_index(["debit_wallet_id", "created_at"])
            .list_index(["credit_wallet_id", "created_at"])
            .index(["group_id"])
            .index(["operation_caller", "operation_id"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "transactions").await
    }
}

//! The ledger itself: what each transaction, and each hold set or freed, did to one wallet, with the balance after it.
//! Versions are dense per wallet, and no row is ever changed or removed.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, append_only, bigint, drop_append_only, table, timestamp, units, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("postings")
            .col(uuid("wallet_id").references("wallets", Restrict))
            .col(bigint("version"))
            .col(uuid("transaction_id").null().references("transactions", Restrict))
            .col(uuid("hold_id").null().references("holds", Restrict))
            .col(units("amount"))
            .col(units("held_delta").default(0))
            .col(units("balance_after"))
            .col(units("held_after"))
            .col(timestamp("effective_at"))
            .primary_key(["wallet_id", "version"])
            .check("cause", "(transaction_id IS NOT NULL) <> (hold_id IS NOT NULL)")
            .check("hold", "transaction_id IS NOT NULL OR amount = 0") // a hold moves no balance
            .index(["wallet_id", "effective_at", "version"])
            .create(m)
            .await?;
        append_only(m, "postings").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_append_only(m, "postings").await
    }
}

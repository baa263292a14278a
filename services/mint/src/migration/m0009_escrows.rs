//! Who can be paid out of an escrow, fixed when it is opened, and which milestones have been settled: both are written
//! once and never changed, so that no later mistake can divert money or pay a milestone twice.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, append_only, drop_append_only, table, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("escrows")
            .col(uuid("wallet_id").references("wallets", Restrict))
            .col(uuid("payer_wallet_id").references("wallets", Restrict))
            .col(uuid("payee_wallet_id").references("wallets", Restrict))
            .primary_key(["wallet_id"])
            .create(m)
            .await?;
        append_only(m, "escrows").await?;
        table("escrow_settlements")
            .col(uuid("wallet_id").references("wallets", Restrict))
            .col(uuid("milestone_id")) // forge's: opaque, so no foreign key
            .col(word("kind", ["released", "refunded", "split"]))
            .col(uuid("transaction_id").references("transactions", Restrict))
            .primary_key(["wallet_id", "milestone_id"])
            .create(m)
            .await?;
        append_only(m, "escrow_settlements").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_append_only(m, "escrow_settlements").await?;
        drop_append_only(m, "escrows").await
    }
}

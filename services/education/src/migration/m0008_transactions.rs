//! What moved in and out of spending wallets. A top-up waits for mint; with its answer it gets its version and balance.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, SetNull, bigint, drop, id, table, text, units, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("transactions")
            .col(id())
            .col(uuid("wallet_id").references("wallets", Restrict))
            .col(word("currency", ["AZR"]).default("AZR"))
            .col(bigint("version").null())
            .col(units("balance_after").null())
            .col(word("type", ["top_up", "payment", "earning", "refund"])) // payment takes out, the others put in
            .col(units("amount").check("amount > 0"))
            .col(text("description", 1..=200))
            .col(uuid("enrollment_id").null().references("enrollments", SetNull))
            .col(uuid("mint_transaction_id").null().unique())
            .col(text("reference", 1..=200).null())
            .col(word("status", ["pending", "completed", "failed"]).default("completed"))
            .updated()
            .check("version_when_completed", "(version IS NOT NULL) = (status = 'completed')")
            .check("balance_when_completed", "(balance_after IS NOT NULL) = (status = 'completed')")
            .unique(["wallet_id", "version"])
            .list_index(["type", "created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "transactions").await
    }
}

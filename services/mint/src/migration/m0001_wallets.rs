//! What people and the system own: accounts in one currency each. A user has one per currency.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bigint, currency, drop, id, table, text, units, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("wallets")
            .col(id())
            .col(uuid("user_id").null()) // auth's id: opaque, so no foreign key
            .col(currency("currency").default("AZR"))
            .col(
                word(
                    "kind",
                    ["user", "escrow", "stake", "reward_pool", "fee", "issuance", "external", "liquidity", "rounding"],
                )
                .default("user"),
            )
            .col(text("ref", 0..=80).default(""))
            .col(text("address", 43..=43).unique())
            .col(units("balance").default(0))
            .col(units("held").default(0).check("held >= 0"))
            .col(units("floor").null())
            .col(units("ceil").null())
            .col(units("staked").default(0).check("staked >= 0"))
            .col(units("earned").default(0).check("earned >= 0"))
            .col(bigint("version").default(0))
            .col(word("status", ["active", "frozen", "closed"]).default("active"))
            .updated()
            .check("owner", "(user_id IS NOT NULL) = (kind = 'user')")
            .check("available", "floor IS NULL OR balance - held >= floor")
            .check("ceiling", "ceil IS NULL OR balance <= ceil")
            .check("closed", "status <> 'closed' OR (balance = 0 AND held = 0)")
            .unique(["user_id", "currency"])
            .unique_where("system", ["kind", "currency", "ref"], "user_id IS NULL")
            .unique(["id", "currency"]) // what transactions refer to, so that both legs have one currency
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "wallets").await
    }
}

//! Money steps across two databases, driven on until they are done.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, drop, id, int, json, table, text, timestamp, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("sagas")
            .col(id())
            .col(word("kind", ["fund_escrow", "release_milestone", "refund_contract", "split_dispute"]))
            .col(uuid("contract_id").references("contracts", Restrict))
            .col(uuid("milestone_id").null().references("milestones", Restrict))
            .col(text("step", 1..=200))
            .col(word("state", ["running", "done", "undoing", "undone", "parked"]).default("running"))
            .col(json("data"))
            .col(int("attempts").default(0))
            .col(timestamp("next_at").null())
            .col(timestamp("lease_until").null())
            .col(text("last_error", 1..=200).null())
            .col(int("version").default(1))
            .updated()
            .list_index(["state", "next_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "sagas").await
    }
}

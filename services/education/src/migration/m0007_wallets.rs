//! What students pay from: one spending account each. Its money stands in one wallet of mint; here is whose it is.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, bigint, drop, id, table, units, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("wallets")
            .col(id())
            .col(uuid("student_id").unique().references("students", Restrict))
            .col(word("currency", ["AZR"]).default("AZR"))
            .col(units("balance").default(0).check("balance >= 0"))
            .col(bigint("version").default(0)) // dense: the next transaction takes version + 1
            .updated()
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "wallets").await
    }
}

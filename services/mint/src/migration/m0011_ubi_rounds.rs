//! Rounds in which the community pool pays everybody. One a day; a round that stopped goes on at its cursor.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, date, drop, id, int, table, units, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("ubi_rounds")
            .col(id())
            .col(date("day").unique())
            .col(units("base"))
            .col(int("recipients").default(0))
            .col(units("total").default(0))
            .col(uuid("hold_id").null().references("holds", Restrict))
            .col(uuid("cursor").null()) // the last wallet that was paid
            .col(word("status", ["running", "done"]).default("running"))
            .col(uuid("distributed_by"))
            .updated()
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "ubi_rounds").await
    }
}

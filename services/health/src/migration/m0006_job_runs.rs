//! What the jobs of the fleet did, and when.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{drop, id, json, table, text, timestamp, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("job_runs")
            .col(id())
            .col(text("job", 1..=200))
            .col(text("service", 1..=200))
            .col(timestamp("started_at"))
            .col(timestamp("ended_at").null())
            .col(word("outcome", ["running", "ok", "failed", "skipped"]))
            .col(json("counts"))
            .col(text("error", 1..=200).null())
            .updated()
            .list_index(["job", "started_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "job_runs").await
    }
}

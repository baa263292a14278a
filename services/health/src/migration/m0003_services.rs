//! The services that are watched, and what was measured of them.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, bool, drop, id, int, pct, table, text, timestamp, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("services")
            .col(id())
            .col(text("name", 1..=200).unique())
            .col(text("address", 1..=2000))
            .col(text("version", 1..=200).null())
            .col(word("status", ["up", "degraded", "down", "unknown"]).default("unknown"))
            .col(int("failures_in_row").default(0))
            .col(timestamp("last_seen_at").null())
            .col(timestamp("removed_at").null())
            .updated()
            .list_index(["created_at"])
            .create(m)
            .await?;
        table("checks")
            .col(id())
            .col(uuid("service_id").references("services", Cascade))
            .col(bool("ok"))
            .col(text("status", 1..=200))
            .col(int("latency_ms"))
            .col(pct("cpu_pct").null())
            .col(pct("memory_pct").null())
            .col(pct("disk_pct").null())
            .col(text("detail", 1..=200).null())
            .col(timestamp("checked_at"))
            .list_index(["service_id", "checked_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "checks").await?;
        drop(m, "services").await
    }
}

//! What is wrong, once per cause until it is gone.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, drop, id, int, real, table, text, timestamp, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("alerts")
            .col(id())
            .col(uuid("service_id").null().references("services", Cascade))
            .col(text("kind", 1..=200))
            .col(word("severity", ["low", "medium", "high", "critical"]))
            .col(word("status", ["active", "acknowledged", "resolved"]).default("active"))
            .col(text("message", 1..=200))
            .col(real("value").null())
            .col(real("threshold").null())
            .col(int("seen").default(1))
            .col(uuid("acknowledged_by").null())
            .col(timestamp("acknowledged_at").null())
            .col(timestamp("resolved_at").null())
            .updated()
            .unique_where("open", ["service_id", "kind"], "status <> 'resolved'")
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "alerts").await
    }
}

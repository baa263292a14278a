//! Who would do a job, for how much.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, drop, id, pct, table, text, timestamp, units, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("applications")
            .col(id())
            .col(uuid("job_id").references("jobs", Restrict))
            .col(uuid("freelancer_id"))
            .col(text("proposal", 20..=5000))
            .col(units("bid_amount").check("bid_amount > 0"))
            .col(word("status", ["pending", "accepted", "rejected", "withdrawn"]).default("pending"))
            .col(pct("match_score").default(0))
            .col(timestamp("decided_at").null())
            .updated()
            .check("decided", "(decided_at IS NOT NULL) = (status <> 'pending')")
            .unique(["job_id", "freelancer_id"])
            .list_index(["freelancer_id", "created_at"])
            .list_index(["job_id", "status", "created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "applications").await
    }
}

//! How far each learner has come on each path, written with the steps that it counts.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, drop, id, int, pct, table, text, timestamp, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("progress")
            .col(id())
            .col(uuid("student_id"))
            .col(uuid("path_id").references("learning_paths", Cascade))
            .col(text("subject", 1..=200))
            .col(pct("completion_rate").default(0))
            .col(int("time_spent_seconds").default(0))
            .col(timestamp("last_activity_at"))
            .col(int("current_step").default(0))
            .col(int("total_steps").default(0))
            .updated()
            .check("steps", "current_step BETWEEN 0 AND total_steps")
            .unique(["student_id", "path_id"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "progress").await
    }
}

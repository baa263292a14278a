//! Tries at an assessment, counted and timed from the moment the questions are handed out.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, drop, int, table, text, timestamp, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("assessment_attempts")
            .col(uuid("student_id").references("students", Cascade))
            .col(text("assessment_id", 38..=80)) // <module id>.<key>
            .col(int("attempt").check("attempt >= 1"))
            .col(timestamp("started_at"))
            .col(timestamp("expires_at").null()) // null: no limit of time
            .col(timestamp("submitted_at").null())
            .updated()
            .primary_key(["student_id", "assessment_id", "attempt"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "assessment_attempts").await
    }
}

//! Answers handed in, with their points. Each keeps what it was worth, whatever becomes of the assessment. Nothing here
//! changes but by erasing a person's answers, so the table is not sealed.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, Restrict, bool, drop, id, int, json, pct, table, text, timestamp, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("assessment_submissions")
            .col(id())
            .col(uuid("student_id").references("students", Cascade))
            .col(uuid("module_id").references("modules", Restrict))
            .col(text("assessment_id", 38..=80)) // <module id>.<key>
            .col(int("attempt").check("attempt >= 1"))
            .col(json("answers"))
            .col(int("points"))
            .col(int("max_points"))
            .col(pct("score"))
            .col(bool("passed"))
            .col(json("feedback"))
            .col(timestamp("submitted_at"))
            .check("points", "points BETWEEN 0 AND max_points AND max_points > 0")
            .unique(["student_id", "assessment_id", "attempt"])
            .list_index(["module_id", "submitted_at"])
            .index(["assessment_id"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "assessment_submissions").await
    }
}

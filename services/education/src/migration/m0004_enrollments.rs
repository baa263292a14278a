//! Places in courses. One per student and course: a place that was dropped is taken up again.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, Restrict, drop, id, pct, table, text, timestamp, units, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("enrollments")
            .col(id())
            .col(uuid("student_id").references("students", Cascade))
            .col(uuid("course_id").references("courses", Restrict))
            .col(word("status", ["active", "completed", "dropped"]).default("active"))
            .col(pct("progress").default(0)) // what the rows of learning_progress add up to
            .col(units("price_paid").default(0).check("price_paid >= 0"))
            .col(text("grant_reason", 0..=200).null())
            .col(timestamp("enrolled_at"))
            .col(timestamp("completed_at").null())
            .col(timestamp("dropped_at").null())
            .updated()
            .check("whole", "status <> 'completed' OR progress = 10000")
            .check("completed", "(completed_at IS NOT NULL) = (status = 'completed')")
            .check("dropped", "(dropped_at IS NOT NULL) = (status = 'dropped')")
            .unique(["student_id", "course_id"])
            .list_index(["course_id", "status", "created_at"])
            .list_index(["created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "enrollments").await
    }
}

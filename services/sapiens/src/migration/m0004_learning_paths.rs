//! Ways through a subject from one level to a higher one. The counts of steps repeat what the rows in `path_steps` say
//! and are written with them.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{drop, id, int, json, level, table, text, uuid, word};

/// Levels in their order, since text has another one.
const UPWARDS: &str = "(current_level = 'beginner' AND target_level <> 'beginner')
    OR (current_level = 'intermediate' AND target_level IN ('advanced', 'expert'))
    OR (current_level = 'advanced' AND target_level = 'expert')";

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("learning_paths")
            .col(id())
            .col(uuid("student_id"))
            .col(text("subject", 1..=200))
            .col(text("title", 1..=200))
            .col(text("description", 0..=2000).null())
            .col(word("status", ["active", "completed", "archived"]).default("active"))
            .col(level("current_level"))
            .col(level("target_level"))
            .col(level("difficulty").default("beginner")) // of the next step
            .col(int("estimated_hours").check("estimated_hours >= 1"))
            .col(int("total_steps").default(0))
            .col(int("completed_steps").default(0))
            .col(json("milestones").null()) // one for each level on the way
            .updated()
            .check("steps", "completed_steps BETWEEN 0 AND total_steps")
            .check("upwards", UPWARDS)
            .list_index(["student_id", "status", "created_at"])
            .index(["subject"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "learning_paths").await
    }
}

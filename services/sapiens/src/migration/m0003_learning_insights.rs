//! What a session has shown about its learner, and how sure that is.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, drop, id, real, table, text, uuid, word};

const TYPES: [&str; 6] = ["strength", "gap", "misconception", "pace", "style", "recommendation"];

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("learning_insights")
            .col(id())
            .col(uuid("session_id").references("tutoring_sessions", Cascade))
            .col(uuid("student_id"))
            .col(word("insight_type", TYPES))
            .col(text("topic", 1..=200).null())
            .col(text("description", 1..=2000))
            .col(real("confidence").default(0.5).check("confidence BETWEEN 0 AND 1"))
            .list_index(["student_id", "created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "learning_insights").await
    }
}

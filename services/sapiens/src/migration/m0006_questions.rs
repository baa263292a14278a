//! Questions that learners ask outside of sessions, with their answers.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{drop, id, level, table, text, timestamp, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("questions")
            .col(id())
            .col(uuid("student_id"))
            .col(text("question", 1..=4000))
            .col(text("topic", 1..=200).null())
            .col(level("difficulty").null())
            .col(timestamp("asked_at"))
            .col(timestamp("answered_at").null())
            .col(text("answer", 1..=8000).null())
            .updated()
            .check("answered", "(answer IS NOT NULL) = (answered_at IS NOT NULL)")
            .list_index(["student_id", "asked_at"])
            .index(["topic"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "questions").await
    }
}

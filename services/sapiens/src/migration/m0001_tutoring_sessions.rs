//! Talks between a learner and the tutor, each about one topic.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{drop, id, int, level, table, text, timestamp, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("tutoring_sessions")
            .col(id())
            .col(uuid("student_id")) // auth's id: opaque, so no foreign key
            .col(text("topic", 1..=200))
            .col(level("level").default("beginner"))
            .col(word("status", ["active", "completed", "expired"]).default("active"))
            .col(timestamp("started_at"))
            .col(timestamp("last_message_at")) // what idle sessions are found by
            .col(uuid("course_id").null()) // education's: opaque, so no foreign key
            .col(int("duration_minutes").default(0).check("duration_minutes >= 0"))
            .col(int("message_count").default(0)) // the last seq given
            .col(timestamp("ended_at").null())
            .updated()
            .check("ended", "(ended_at IS NOT NULL) = (status <> 'active')")
            .list_index(["student_id", "started_at"])
            .list_index(["status", "last_message_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "tutoring_sessions").await
    }
}

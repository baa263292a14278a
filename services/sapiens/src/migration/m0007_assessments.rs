//! Tests that learners take: what was shown, what came out. The seed fixes every random choice, so that a test can be
//! replayed.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{
    SetNull, bigint, bool, drop, id, int, json, level, pct, real, table, text, timestamp, uuid, word,
};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("assessments")
            .col(id())
            .col(uuid("student_id"))
            .col(uuid("path_id").null().references("learning_paths", SetNull))
            .col(text("subject", 1..=200))
            .col(level("difficulty").default("beginner"))
            .col(pct("score").null())
            .col(real("ability").null())
            .col(real("standard_error").null())
            .col(word("status", ["active", "completed", "expired"]).default("active"))
            .col(timestamp("started_at"))
            .col(word("type", ["adaptive", "fixed"]))
            .col(json("questions").default("[]")) // as shown, without the key
            .col(json("answers").null())
            .col(int("points").default(0))
            .col(int("max_score").default(0))
            .col(bool("passed").default(false))
            .col(bigint("selection_seed"))
            .col(int("time_limit_seconds").check("time_limit_seconds > 0"))
            .col(int("time_spent_seconds").null().check("time_spent_seconds >= 0"))
            .col(timestamp("completed_at").null())
            .updated()
            .check("points", "points BETWEEN 0 AND max_score")
            .check("passed", "NOT passed OR status = 'completed'")
            .check("completed", "(completed_at IS NOT NULL) = (status = 'completed')")
            .list_index(["student_id", "started_at"])
            .list_index(["subject", "status"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "assessments").await
    }
}

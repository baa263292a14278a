//! What students have done, module by module. A row that is not completed counts half a module, no row none.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, bool, drop, id, int, pct, table, timestamp, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("learning_progress")
            .col(id())
            .col(uuid("student_id").references("students", Cascade))
            .col(uuid("module_id").references("modules", Cascade))
            .col(timestamp("started_at"))
            .col(bool("completed").default(false))
            .col(timestamp("completed_at").null())
            .col(int("time_spent_seconds").default(0).check("time_spent_seconds >= 0"))
            .col(pct("score").null()) // the best among the module's assessments
            .updated()
            .check("completed", "completed = (completed_at IS NOT NULL)")
            .unique(["student_id", "module_id"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "learning_progress").await
    }
}

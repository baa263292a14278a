//! The steps of a path, in order. Positions count from 1; negative ones exist only while a change moves steps, since the
//! unique index is judged row by row.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, bool, drop, id, int, json, table, text, timestamp, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("path_steps")
            .col(id())
            .col(uuid("path_id").references("learning_paths", Cascade))
            .col(text("title", 1..=200))
            .col(text("description", 0..=2000))
            .col(json("resources").default("[]"))
            .col(json("assessment_criteria").default("[]"))
            .col(timestamp("completed_at").null())
            .col(int("position").check("\"position\" <> 0"))
            .col(text("topic", 1..=200).null()) // what reviews and items are chosen by
            .col(int("estimated_minutes").check("estimated_minutes >= 1"))
            .col(bool("completed").default(false))
            .updated()
            .check("done", "completed = (completed_at IS NOT NULL)")
            .unique(["path_id", "position"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "path_steps").await
    }
}

//! The parts of a course, in an order without ties. Definitions of assessments are in their content and nowhere else.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, drop, id, int, json, table, text, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("modules")
            .col(id())
            .col(uuid("course_id").references("courses", Cascade))
            .col(text("title", 3..=255))
            .col(text("description", 0..=5000).null())
            .col(int("position").check("\"position\" <> 0")) // from 1; negative only while modules change places
            .col(int("estimated_minutes").default(30).check("estimated_minutes >= 1"))
            .col(json("content"))
            .updated()
            .deleted()
            .unique_where("order", ["course_id", "position"], "deleted_at IS NULL")
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "modules").await
    }
}

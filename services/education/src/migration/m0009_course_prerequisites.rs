//! What has to be completed before a course can be begun.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, Restrict, drop, table, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("course_prerequisites")
            .col(uuid("course_id").references("courses", Cascade))
            .col(uuid("requires_id").references("courses", Restrict))
            .primary_key(["course_id", "requires_id"])
            .check("different", "course_id <> requires_id")
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "course_prerequisites").await
    }
}

//! What was completed, in a form that anybody can check.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, bytes, drop, id, pct, table, text, timestamp, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("certificates")
            .col(id())
            .col(uuid("enrollment_id").unique().references("enrollments", Restrict))
            .col(uuid("student_id").references("students", Restrict))
            .col(uuid("course_id").references("courses", Restrict))
            .col(text("serial", 16..=16).unique())
            .col(pct("score").null())
            .col(bytes("body_hash"))
            .col(bytes("signature"))
            .col(timestamp("issued_at"))
            .col(timestamp("revoked_at").null())
            .col(text("revoke_reason", 1..=200).null())
            .updated()
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "certificates").await
    }
}

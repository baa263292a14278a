//! What instructor and platform are paid of a price, once, when it can no longer be asked back.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, drop, id, table, timestamp, units, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("settlements")
            .col(id())
            .col(uuid("enrollment_id").unique().references("enrollments", Restrict))
            .col(uuid("instructor_id")) // auth's id: opaque, so no foreign key
            .col(units("instructor_amount"))
            .col(units("platform_amount"))
            .col(timestamp("due_at"))
            .col(word("status", ["waiting", "paying", "paid", "cancelled"]).default("waiting"))
            .col(uuid("mint_operation_id").null())
            .updated()
            .list_index(["status", "due_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "settlements").await
    }
}

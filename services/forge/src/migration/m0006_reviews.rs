//! What the two parties of a contract say of each other, once.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, drop, id, int, table, text, timestamp, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("reviews")
            .col(id())
            .col(uuid("contract_id").references("contracts", Restrict))
            .col(uuid("reviewer_id"))
            .col(uuid("reviewee_id"))
            .col(int("rating").check("rating BETWEEN 1 AND 5"))
            .col(text("comment", 0..=2000).null())
            .col(timestamp("visible_at").null())
            .updated()
            .unique(["contract_id", "reviewer_id"])
            .list_index(["reviewee_id", "created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "reviews").await
    }
}

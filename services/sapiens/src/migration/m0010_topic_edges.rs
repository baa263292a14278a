//! Which topic of a subject needs which other one first: the graph that paths are built over.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{drop, table, text};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("topic_edges")
            .col(text("subject", 1..=200))
            .col(text("topic", 1..=200))
            .col(text("requires", 1..=200))
            .primary_key(["subject", "topic", "requires"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "topic_edges").await
    }
}

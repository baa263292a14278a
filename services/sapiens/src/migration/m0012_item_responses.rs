//! Every judged answer of every test, one per item: what the parameters of items are estimated from.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, Restrict, bool, drop, id, int, json, real, table, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("item_responses")
            .col(id())
            .col(uuid("assessment_id").references("assessments", Cascade))
            .col(uuid("item_id").references("items", Restrict))
            .col(uuid("student_id"))
            .col(json("answer"))
            .col(bool("correct"))
            .col(real("ability_before"))
            .col(int("seconds"))
            .unique(["assessment_id", "item_id"])
            .list_index(["item_id", "created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "item_responses").await
    }
}

//! The rules that governed actions are judged by, as data with tests.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bool, drop, int, json, table, text, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("compliance_rules")
            .col(text("code", 2..=20))
            .col(text("article", 1..=200))
            .col(text("title", 1..=200))
            .col(word("severity", ["low", "medium", "high", "critical"]))
            .col(bool("decidable"))
            .col(word("mode", ["enforce", "flag", "advise", "off"]))
            .col(text("expression", 1..=4000).null())
            .col(json("tests").default("[]"))
            .col(json("parameters"))
            .col(int("version").default(1))
            .updated()
            .primary_key(["code"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "compliance_rules").await
    }
}

//! Jobs that employers offer, and the skills that they are searched by.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, currency, drop, id, int, json, level, table, text, timestamp, units, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("jobs")
            .col(id())
            .col(text("title", 3..=200))
            .col(text("description", 10..=10_000))
            .col(uuid("employer_id"))
            .col(units("budget").check("budget > 0"))
            .col(currency("currency").default("AZR"))
            .col(json("skills").default("[]"))
            .col(text("category", 2..=60))
            .col(level("level").default("intermediate"))
            .col(word("status", ["open", "in_progress", "completed", "cancelled"]).default("open"))
            .col(timestamp("deadline").null())
            .col(text("search_text", 0..=10_400))
            .col(int("version").default(1))
            .updated()
            .deleted()
            .list_index(["status", "category", "created_at"])
            .list_index(["status", "budget"])
            .list_index(["employer_id", "created_at"])
            .create(m)
            .await?;
        table("job_skills")
            .col(uuid("job_id").references("jobs", Cascade))
            .col(text("skill_key", 1..=200))
            .col(text("name", 1..=200))
            .primary_key(["job_id", "skill_key"])
            .index(["skill_key", "job_id"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "job_skills").await?;
        drop(m, "jobs").await
    }
}

//! What people can do, and what they have done.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, drop, id, int, json, level, pct, table, text, timestamp, units, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("skill_profiles")
            .col(id())
            .col(uuid("user_id").unique())
            .col(text("headline", 0..=200).null())
            .col(json("skills").default("[]"))
            .col(int("rating").default(0).check("rating BETWEEN 0 AND 500"))
            .col(int("rating_sum").default(0))
            .col(int("rating_count").default(0))
            .col(int("jobs_completed").default(0))
            .col(units("total_earned").default(0))
            .col(int("opening_jobs").default(0))
            .col(int("opening_rating_sum").default(0))
            .col(int("opening_rating_count").default(0))
            .col(units("opening_earned").default(0))
            .updated()
            .check("ratings", "rating_sum BETWEEN rating_count AND 5 * rating_count")
            .list_index(["rating", "jobs_completed"])
            .create(m)
            .await?;
        table("profile_skills")
            .col(uuid("profile_id").references("skill_profiles", Cascade))
            .col(text("skill_key", 1..=200))
            .col(text("name", 1..=200))
            .col(level("level").null())
            .col(pct("score").null())
            .col(text("evidence", 1..=200).null())
            .col(timestamp("verified_until").null())
            .updated()
            .primary_key(["profile_id", "skill_key"])
            .index(["skill_key", "profile_id"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "profile_skills").await?;
        drop(m, "skill_profiles").await
    }
}

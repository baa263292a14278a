//! Rewards for proven knowledge. One per wallet and activity, so that nothing is rewarded twice, and never changed.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{
    Restrict, append_only, bytes, drop_append_only, id, int, json, level, pct, table, text, timestamp, units, uuid,
    word,
};

const ACTIVITY_TYPES: [&str; 10] = [
    "course_completion",
    "lesson_completion",
    "quiz_passed",
    "assignment_submitted",
    "peer_teaching",
    "discussion_contribution",
    "project_completion",
    "certification_earned",
    "job_completion",
    "skill_assessment",
];

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("mining_records")
            .col(id())
            .col(uuid("wallet_id").references("wallets", Restrict))
            .col(word("activity_type", ACTIVITY_TYPES))
            .col(text("activity_id", 1..=120)) // the enrollment, submission, contract or assessment that proves it
            .col(level("level"))
            .col(int("difficulty").default(1).check("difficulty BETWEEN 1 AND 4"))
            .col(pct("score").null())
            .col(int("seconds").default(0).check("seconds >= 0"))
            .col(word("source_service", ["education", "sapiens", "forge"]))
            .col(units("tokens_earned").check("tokens_earned > 0"))
            .col(bytes("proof_hash"))
            .col(uuid("transaction_id").unique().references("transactions", Restrict))
            .col(json("metadata").null())
            .col(timestamp("mined_at"))
            .unique(["wallet_id", "activity_type", "activity_id"])
            .list_index(["wallet_id", "mined_at"])
            .list_index(["activity_type", "mined_at"])
            .list_index(["mined_at"])
            .create(m)
            .await?;
        append_only(m, "mining_records").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_append_only(m, "mining_records").await
    }
}

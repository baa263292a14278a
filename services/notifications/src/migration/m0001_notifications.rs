//! What people were told. Each user has an order of their own, and is told once of each cause.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bigint, bool, drop, id, json, table, text, timestamp, uuid, word};

const CATEGORIES: [&str; 8] = [
    "course_update",
    "payment_success",
    "mining_reward",
    "job_match",
    "application_update",
    "system_alert",
    "ai_family_interaction",
    "account_security",
];

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("notifications")
            .col(id())
            .col(uuid("user_id")) // auth's id: opaque, so no foreign key
            .col(text("title", 1..=200))
            .col(text("message", 1..=2000))
            .col(word("type", ["info", "success", "warning", "error"]).default("info"))
            .col(word("category", CATEGORIES).default("system_alert"))
            .col(bigint("seq")) // dense per user, from user_counters
            .col(text("action_url", 1..=2000).null())
            .col(json("data").null())
            .col(bool("is_read").default(false))
            .col(timestamp("read_at").null())
            .col(text("dedupe_key", 1..=200).null())
            .updated()
            .deleted()
            .check("read", "is_read = (read_at IS NOT NULL)")
            .unique(["user_id", "seq"])
            .unique(["user_id", "dedupe_key"])
            .list_index_where(["user_id", "created_at"], "deleted_at IS NULL")
            .list_index_where(["user_id", "is_read"], "deleted_at IS NULL")
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "notifications").await
    }
}

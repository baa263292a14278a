//! A notification on its way over one channel, tried until the channel has answered. A one-time code or link is sealed
//! here, and erased once it is delivered.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, bytes, drop, id, int, table, text, timestamp, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("deliveries")
            .col(id())
            .col(uuid("notification_id").references("notifications", Cascade))
            .col(word("channel", ["in_app", "email", "sms", "webhook"]))
            .col(word("status", ["queued", "sent", "failed", "suppressed", "parked"]).default("queued"))
            .col(int("attempts").default(0))
            .col(timestamp("next_at").null())
            .col(timestamp("sent_at").null())
            .col(bytes("sealed_payload").null())
            .col(text("provider_id", 1..=200).null())
            .col(text("last_error", 1..=200).null())
            .updated()
            .unique(["notification_id", "channel"])
            .list_index(["status", "next_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "deliveries").await
    }
}

//! What guessing is slowed down and watched with: known devices, counters, events to look at.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, SetNull, bytes, drop, id, int, json, table, text, timestamp, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("known_devices")
            .col(id())
            .col(uuid("user_id").references("users", Cascade))
            .col(bytes("cookie_hash").unique())
            .col(text("label", 1..=200).null())
            .col(int("failures").default(0))
            .col(timestamp("blocked_until").null())
            .col(timestamp("last_seen_at"))
            .col(timestamp("trusted_until"))
            .col(timestamp("revoked_at").null())
            .updated()
            .create(m)
            .await?;
        table("throttle_counters")
            .col(word(
                "dimension",
                ["account_password", "account_factor", "device", "address", "address_account", "send_code"],
            ))
            .col(bytes("key_hash"))
            .col(int("count"))
            .col(timestamp("window_start"))
            .col(timestamp("blocked_until").null())
            .updated()
            .without_created_at()
            .primary_key(["dimension", "key_hash"])
            .index(["window_start"])
            .create(m)
            .await?;
        table("security_events")
            .col(id())
            .col(uuid("user_id").null().references("users", SetNull))
            .col(word(
                "type",
                [
                    "login_failed",
                    "account_locked",
                    "password_spray",
                    "new_device",
                    "token_reuse",
                    "mfa_failed",
                    "mfa_exhausted",
                    "unauthorized_access",
                    "injection_attempt",
                    "api_key_misuse",
                ],
            ))
            .col(word("severity", ["low", "medium", "high", "critical"]))
            .col(text("ip_address", 1..=200).null())
            .col(text("user_agent", 1..=200).null())
            .col(json("metadata"))
            .col(timestamp("resolved_at").null())
            .col(uuid("resolved_by").null())
            .col(text("resolution", 1..=200).null())
            .list_index(["resolved_at", "severity", "created_at"])
            .list_index(["severity", "created_at"])
            .list_index(["type", "created_at"])
            .list_index(["created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "security_events").await?;
        drop(m, "throttle_counters").await?;
        drop(m, "known_devices").await
    }
}

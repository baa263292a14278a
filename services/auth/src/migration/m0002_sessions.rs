//! Sessions: one per login, ended for a reason that is kept.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, bigint, bytes, date, drop, id, int, json, table, text, timestamp, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("sessions")
            .col(id())
            .col(uuid("user_id").references("users", Cascade))
            .col(bytes("refresh_key"))
            .col(bigint("refresh_counter").default(0).check("refresh_counter >= 0"))
            .col(timestamp("refreshed_at"))
            .col(date("grace_on").null())
            .col(int("grace_uses").default(0).check("grace_uses >= 0"))
            .col(text("device_label", 1..=100).null())
            .col(bytes("device_key").null())
            .col(int("epoch"))
            .col(int("aal").default(1).check("aal IN (1, 2)"))
            .col(json("amr"))
            .col(text("ip_address", 0..=400).null())
            .col(text("user_agent", 0..=400).null())
            .col(timestamp("authenticated_at"))
            .col(timestamp("last_used_at"))
            .col(timestamp("idle_expires_at"))
            .col(timestamp("absolute_expires_at"))
            .col(timestamp("revoked_at").null())
            .col(
                word(
                    "revoke_reason",
                    [
                        "logout",
                        "logout_others",
                        "password_change",
                        "password_reset",
                        "factor_change",
                        "role_change",
                        "token_reuse",
                        "admin",
                        "account_deleted",
                        "expired",
                    ],
                )
                .null(),
            )
            .updated()
            .check("revoked", "(revoked_at IS NOT NULL) = (revoke_reason IS NOT NULL)")
            .check("expiry", "idle_expires_at <= absolute_expires_at")
            .list_index(["user_id", "last_used_at"])
            .index(["absolute_expires_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "sessions").await
    }
}

//! Second factors, and the challenges that wait for one.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, bigint, bool, bytes, drop, id, int, json, table, text, timestamp, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("mfa_settings")
            .col(id())
            .col(uuid("user_id").unique().references("users", Cascade))
            .col(bool("enabled").default(false))
            .col(word("preferred_method", ["totp", "sms", "email"]).null())
            .col(bytes("totp_secret").null())
            .col(timestamp("totp_confirmed_at").null())
            .col(bigint("totp_last_step").null())
            .col(bytes("sms_phone").null())
            .col(timestamp("sms_confirmed_at").null())
            .col(timestamp("email_confirmed_at").null())
            .col(bytes("recovery_salt").null())
            .col(json("recovery_hashes").default("[]"))
            .col(int("recovery_used").default(0))
            .col(int("guesses").default(0))
            .col(timestamp("guesses_since").null())
            .updated()
            .check(
                "enabled",
                "enabled = (totp_confirmed_at IS NOT NULL OR sms_confirmed_at IS NOT NULL OR email_confirmed_at IS NOT NULL)",
            )
            .check("totp", "totp_confirmed_at IS NULL OR totp_secret IS NOT NULL")
            .check("sms", "sms_confirmed_at IS NULL OR sms_phone IS NOT NULL")
            .create(m)
            .await?;
        table("mfa_challenges")
            .col(id())
            .col(uuid("user_id").references("users", Cascade))
            .col(word("purpose", ["login", "enroll", "disable", "step_up"]))
            .col(word("method", ["totp", "sms", "email", "recovery"]).null())
            .col(bytes("code_hash").null())
            .col(int("attempts").default(0).check("attempts BETWEEN 0 AND 5"))
            .col(int("sends").default(0).check("sends BETWEEN 0 AND 5"))
            .col(bytes("binding").null())
            .col(int("epoch"))
            .col(uuid("session_id").null())
            .col(text("device_label", 0..=400).null())
            .col(text("ip_address", 0..=400).null())
            .col(text("user_agent", 0..=400).null())
            .col(timestamp("expires_at"))
            .col(timestamp("consumed_at").null())
            .updated()
            .list_index(["user_id", "created_at"])
            .index(["expires_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "mfa_challenges").await?;
        drop(m, "mfa_settings").await
    }
}

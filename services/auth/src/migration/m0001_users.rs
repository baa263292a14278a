//! Accounts: who may sign in, as what, and whether the address is proved.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bool, drop, id, int, table, text, timestamp, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("users")
            .col(id())
            .col(text("email", 3..=254).unique().check("email = lower(email)"))
            .col(text("name", 1..=100))
            .col(word("role", ["student", "educator", "employer", "mediator", "admin", "service"]).default("student"))
            .col(word("status", ["active", "suspended", "deleted"]).default("active"))
            .col(text("password_hash", 1..=200).null())
            .col(text("phone", 8..=16).null().check("phone LIKE '+%'"))
            .col(bool("is_email_verified").default(false))
            .col(timestamp("email_verified_at").null())
            .col(int("login_attempts").default(0).check("login_attempts >= 0"))
            .col(int("lockouts").default(0).check("lockouts >= 0"))
            .col(timestamp("locked_until").null())
            .col(int("epoch").default(1).check("epoch >= 1"))
            .col(timestamp("last_login_at").null())
            .updated()
            .deleted()
            .check("deleted", "(deleted_at IS NOT NULL) = (status = 'deleted')")
            .check("verified", "is_email_verified = (email_verified_at IS NOT NULL)")
            .list_index(["role", "created_at"])
            .list_index(["status", "created_at"])
            .list_index(["created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "users").await
    }
}

//! What people say of themselves, apart from the account.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, drop, id, json, table, text, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("user_profiles")
            .col(id())
            .col(uuid("user_id").unique().references("users", Cascade))
            .col(text("bio", 0..=1000).null())
            .col(text("avatar_url", 1..=2000).null())
            .col(text("location", 1..=200).null())
            .col(text("timezone", 1..=200).null())
            .col(text("language", 2..=35).default("en"))
            .col(json("metadata").null())
            .updated()
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "user_profiles").await
    }
}

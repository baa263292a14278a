//! The eleven members: a table, so that what belongs to one can refer to them.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{drop, id, int, json, table, text, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("family_members")
            .col(id())
            .col(text("name", 2..=40).unique())
            .col(text("role", 1..=200))
            .col(word("kind", ["kin", "friend", "unity"]))
            .col(text("focus", 1..=200))
            .col(text("background", 1..=1000))
            .col(text("avatar", 1..=200).null())
            .col(json("traits"))
            .col(json("moods"))
            .col(json("relationships"))
            .col(int("temperature").default(80).check("temperature BETWEEN 0 AND 200"))
            .col(json("keywords").default("[]"))
            .col(int("route_order").null().unique())
            .updated()
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "family_members").await
    }
}

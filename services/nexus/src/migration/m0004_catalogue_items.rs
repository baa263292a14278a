//! What can be offered: courses, jobs, features, as their services last described them. An older description never
//! overwrites a newer one.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bigint, bool, drop, json, level, real, table, text, units, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("catalogue_items")
            .col(text("item_type", 1..=200))
            .col(text("item_id", 1..=200))
            .col(text("title", 1..=200))
            .col(text("description", 0..=2000).null())
            .col(text("category", 1..=200))
            .col(json("tags"))
            .col(level("level").null())
            .col(units("price").null())
            .col(uuid("owner_id").null())
            .col(bool("active").default(true))
            .col(real("popularity").default(0))
            .col(bigint("source_version"))
            .updated()
            .primary_key(["item_type", "item_id"])
            .index(["active", "category", "popularity", "item_id"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "catalogue_items").await
    }
}

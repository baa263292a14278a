//! What can be learnt: the courses of educators. Text search reads a column that is folded in code, because the two
//! databases fold letters differently.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bool, currency, drop, id, int, level, table, text, timestamp, units, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("courses")
            .col(id())
            .col(text("title", 3..=255))
            .col(text("description", 10..=10000))
            .col(uuid("instructor_id")) // auth's id: opaque, so no foreign key
            .col(level("level").default("beginner"))
            .col(text("category", 2..=60))
            .col(units("price").default(0).check("price >= 0"))
            .col(currency("currency").default("AZR"))
            .col(int("duration_hours").check("duration_hours BETWEEN 1 AND 2000"))
            .col(int("seats").null().check("seats > 0")) // null: no limit
            .col(bool("published").default(false))
            .col(timestamp("published_at").null())
            .col(timestamp("retired_at").null())
            .col(text("search_text", 0..=10400))
            .col(int("version").default(1))
            .updated()
            .deleted()
            .check("published", "published = (published_at IS NOT NULL)")
            .check("paid_in", "price = 0 OR currency = 'AZR'") // spending wallets hold nothing else
            .list_index(["published", "category", "created_at"])
            .list_index(["published", "level", "created_at"])
            .list_index(["instructor_id", "created_at"])
            .index(["category"])
            .list_index(["created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "courses").await
    }
}

//! Who learns. One record per user; the rest of education refers to the record, not to the user.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bigint, date, drop, id, int, json, table, text, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("students")
            .col(id())
            .col(uuid("user_id").unique()) // auth's id: opaque, so no foreign key
            .col(text("first_name", 1..=100))
            .col(text("last_name", 0..=100)) // empty for those who have one name
            .col(text("email", 3..=254).unique())
            .col(date("date_of_birth").null())
            .col(text("grade", 1..=20).null())
            .col(text("country", 2..=2).default("ZA").check("country = upper(country)"))
            .col(bigint("xp").default(0).check("xp >= 0"))
            .col(int("level").default(1).check("level >= 1"))
            .col(int("difficulty").default(100).check("difficulty BETWEEN 50 AND 500")) // hundredths
            .col(int("streak_days").default(0))
            .col(date("last_active_on").null())
            .col(json("achievements").default("[]"))
            .updated()
            .deleted()
            .list_index(["created_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "students").await
    }
}

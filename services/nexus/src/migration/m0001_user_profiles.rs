//! What is known of each person: what they want to be offered, what may be used for it, what they did in sum.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bool, drop, id, json, real, table, uuid};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("user_profiles")
            .col(id())
            .col(uuid("user_id").unique()) // auth's id: opaque, so no foreign key
            .col(json("preferences").default("{}"))
            .col(json("behavior").default("{}"))
            .col(json("demographics").null()) // with consent only
            .col(bool("consent").default(false))
            .col(real("engagement").default(0).check("engagement BETWEEN 0 AND 1"))
            .updated()
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "user_profiles").await
    }
}

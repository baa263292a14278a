//! What is known of each learner: what they say of themselves, and what sapiens found out.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{drop, id, json, level, table, uuid, word};

const STYLES: [&str; 4] = ["visual", "auditory", "kinesthetic", "reading"];

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("student_profiles")
            .col(id())
            .col(word("pace", ["slow", "medium", "fast"]).default("medium"))
            .col(level("level").default("beginner"))
            .col(json("goals").null())
            .col(json("metadata").null())
            .col(uuid("student_id").unique())
            .col(word("learning_style", STYLES).null()) // null until there is enough evidence
            .col(json("strengths").default("[]"))
            .col(json("weaknesses").default("[]"))
            .col(json("interests").default("[]"))
            .col(json("abilities").default("{}")) // per subject: ability, standard error, items seen
            .updated()
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "student_profiles").await
    }
}

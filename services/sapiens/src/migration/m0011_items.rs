//! The bank of questions that tests and reviews are made of, each with its parameters: `a` tells how sharply it
//! separates, `b` how hard it is, `c` how often it is guessed.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{bytes, drop, id, int, json, level, real, table, text, timestamp, uuid, word};

const KINDS: [&str; 5] = ["multiple_choice", "short_answer", "true_false", "code", "numeric"];

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("items")
            .col(id())
            .col(uuid("author_id"))
            .col(text("subject", 1..=200))
            .col(text("topic", 1..=200))
            .col(level("level"))
            .col(word("kind", KINDS))
            .col(text("stem", 1..=4000))
            .col(json("options"))
            .col(json("answer_key")) // secret: leaves this service in no answer
            .col(text("explanation", 1..=200).null())
            .col(int("points"))
            .col(real("a").default(1).check("a > 0"))
            .col(real("b").default(0))
            .col(real("c").default(0).check("c >= 0 AND c < 1"))
            .col(int("responses").default(0))
            .col(int("exposures").default(0))
            .col(word("status", ["draft", "active", "retired"]))
            .col(timestamp("calibrated_at").null())
            .col(bytes("content_hash").unique()) // the same question is in the bank once
            .updated()
            .deleted()
            .list_index(["subject", "status", "level"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "items").await
    }
}

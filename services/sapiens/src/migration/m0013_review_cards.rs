//! What a learner is to repeat and when, with the history from which the schedule can be computed again.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Cascade, Restrict, drop, id, int, real, table, timestamp, uuid, word};

const STATES: [&str; 4] = ["new", "learning", "review", "relearning"];

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("review_cards")
            .col(id())
            .col(uuid("student_id"))
            .col(uuid("item_id").references("items", Restrict))
            .col(real("stability"))
            .col(real("difficulty"))
            .col(word("state", STATES))
            .col(int("reps").default(0))
            .col(int("lapses").default(0))
            .col(timestamp("last_review_at").null())
            .col(timestamp("due_at"))
            .updated()
            .unique(["student_id", "item_id"])
            .list_index(["student_id", "due_at"])
            .create(m)
            .await?;
        table("review_logs")
            .col(id())
            .col(uuid("card_id").references("review_cards", Cascade))
            .col(word("rating", ["again", "hard", "good", "easy"]))
            .col(real("elapsed_days"))
            .col(real("stability_after"))
            .col(real("difficulty_after"))
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "review_logs").await?;
        drop(m, "review_cards").await
    }
}

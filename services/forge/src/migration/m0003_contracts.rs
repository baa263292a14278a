//! What two people agreed on, its parts, and what became of the money.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{Restrict, bp, currency, drop, id, int, table, text, timestamp, units, uuid, word};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("contracts")
            .col(id())
            .col(uuid("job_id").references("jobs", Restrict))
            .col(uuid("application_id").references("applications", Restrict))
            .col(uuid("freelancer_id"))
            .col(uuid("employer_id"))
            .col(units("amount").check("amount > 0"))
            .col(currency("currency").default("AZR"))
            .col(bp("fee_bp").default(500))
            .col(word("status", ["funding", "active", "completed", "disputed", "cancelled"]).default("funding"))
            .col(
                word(
                    "escrow_status",
                    ["none", "funding", "held", "settling", "released", "refunded", "split", "disputed"],
                )
                .default("none"),
            )
            .col(uuid("escrow_id").null().unique())
            .col(units("released_amount").default(0).check("released_amount >= 0"))
            .col(units("refunded_amount").default(0).check("refunded_amount >= 0"))
            .col(timestamp("start_date").null())
            .col(timestamp("end_date").null())
            .col(int("version").default(1))
            .updated()
            .check("parties", "freelancer_id <> employer_id")
            .check("settled", "released_amount + refunded_amount <= amount")
            .check("ended", "(end_date IS NOT NULL) = (status IN ('completed', 'cancelled'))")
            .index(["job_id"])
            .index(["application_id"])
            .unique_where("live", ["job_id"], "status IN ('funding', 'active', 'disputed')")
            .unique_where("application", ["application_id"], "status <> 'cancelled'")
            .list_index(["freelancer_id", "created_at"])
            .list_index(["employer_id", "created_at"])
            .list_index(["status", "created_at"])
            .create(m)
            .await?;
        table("milestones")
            .col(id())
            .col(uuid("contract_id").references("contracts", Restrict))
            .col(int("position").check("position >= 1"))
            .col(text("title", 1..=200))
            .col(text("description", 0..=5000))
            .col(units("amount").check("amount > 0"))
            .col(timestamp("due_date").null())
            .col(
                word(
                    "status",
                    [
                        "pending",
                        "submitted",
                        "changes_requested",
                        "approved",
                        "released",
                        "refunding",
                        "refunded",
                        "disputed",
                        "splitting",
                        "split",
                    ],
                )
                .default("pending"),
            )
            .col(text("submission_note", 0..=5000).null())
            .col(text("changes_note", 0..=5000).null())
            .col(timestamp("submitted_at").null())
            .col(timestamp("approved_at").null())
            .col(timestamp("released_at").null())
            .col(timestamp("auto_release_at").null())
            .col(int("version").default(1))
            .updated()
            .unique(["contract_id", "position"])
            .list_index(["status", "auto_release_at"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop(m, "milestones").await?;
        drop(m, "contracts").await
    }
}

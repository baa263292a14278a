//! Where two people do not agree, who decides, and what they handed in.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{
    Restrict, append_only, bp, bytes, drop, drop_append_only, id, table, text, timestamp, uuid, word,
};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table("disputes")
            .col(id())
            .col(uuid("contract_id").references("contracts", Restrict))
            .col(uuid("milestone_id").null().references("milestones", Restrict))
            .col(uuid("raised_by"))
            .col(text("reason", 20..=5000))
            .col(uuid("mediator_id").null())
            .col(word("status", ["open", "under_review", "escalated", "resolved"]).default("open"))
            .col(word("outcome", ["freelancer_wins", "employer_wins", "split", "rework"]).null())
            .col(bp("split_bp").null())
            .col(text("resolution", 0..=5000).null())
            .col(timestamp("resolved_at").null())
            .updated()
            .check("mediated", "mediator_id IS NOT NULL OR status <> 'under_review'")
            .check("decided", "(outcome IS NOT NULL) = (status = 'resolved')")
            .check("shared", "(split_bp IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'split')")
            .check("resolved", "(resolved_at IS NOT NULL) = (status = 'resolved')")
            .index(["contract_id"])
            .unique_where("open", ["contract_id"], "status <> 'resolved'")
            .list_index(["status", "created_at"])
            .list_index(["mediator_id", "status"])
            .create(m)
            .await?;
        table("dispute_evidence")
            .col(id())
            .col(uuid("dispute_id").references("disputes", Restrict))
            .col(uuid("submitted_by"))
            .col(word("kind", ["text", "image", "file", "message"]))
            .col(text("body", 1..=5000))
            .col(text("url", 1..=2000).null())
            .col(bytes("sha256").null())
            .create(m)
            .await?;
        append_only(m, "dispute_evidence").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_append_only(m, "dispute_evidence").await?;
        drop(m, "disputes").await
    }
}

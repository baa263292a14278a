//! A transaction stays what it was, whoever asks: only its status may move, once, out of pending.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{lift, refuse};

const FIXED: &str = "UPDATE OF id, seq, type, currency, debit_wallet_id, credit_wallet_id, amount, reason, memo, group_id,
    reverses_id, hold_id, external_direction, external_reference, operation_caller, operation_id, metadata, effective_at,
    created_at";

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        refuse(m, "transactions", "fixed", FIXED, None).await?;
        refuse(m, "transactions", "decided", "UPDATE OF status", Some("OLD.status <> 'pending'")).await?;
        refuse(m, "transactions", "kept", "DELETE", None).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for label in ["fixed", "decided", "kept"] {
            lift(m, "transactions", label).await?;
        }
        Ok(())
    }
}

//! A part of a contract that is paid by itself.

use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::Time;

use crate::id::{ContractId, MilestoneId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "milestones")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MilestoneId,
    pub contract_id: ContractId,
    pub position: i32,
    pub title: String,
    pub description: String,
    pub amount: Amount,
    pub due_date: Option<Time>,
    pub status: String,
    pub submission_note: Option<String>,
    pub changes_note: Option<String>,
    pub submitted_at: Option<Time>,
    pub approved_at: Option<Time>,
    pub released_at: Option<Time>,
    pub auto_release_at: Option<Time>,
    pub version: i32,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

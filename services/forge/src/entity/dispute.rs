//! Where two people do not agree.

use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::id::UserId;

use crate::id::{ContractId, DisputeId, MilestoneId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "disputes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisputeId,
    pub contract_id: ContractId,
    pub milestone_id: Option<MilestoneId>,
    pub raised_by: UserId,
    pub reason: String,
    pub mediator_id: Option<UserId>,
    pub status: String,
    pub outcome: Option<String>,
    pub split_bp: Option<i32>,
    pub resolution: Option<String>,
    pub resolved_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

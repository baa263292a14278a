//! What two people agreed on.

use proto::azora::common::v1::Currency;
use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::Time;
use shared::id::UserId;
use shared::word::Word;

use crate::id::{ApplicationId, ContractId, JobId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contracts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContractId,
    pub job_id: JobId,
    pub application_id: ApplicationId,
    pub freelancer_id: UserId,
    pub employer_id: UserId,
    pub amount: Amount,
    pub currency: Word<Currency>,
    pub fee_bp: i32,
    pub status: String,
    pub escrow_status: String,
    pub escrow_id: Option<Uuid>,
    pub released_amount: Amount,
    pub refunded_amount: Amount,
    pub start_date: Option<Time>,
    pub end_date: Option<Time>,
    pub version: i32,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

//! Who would do a job, for how much.

use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::Time;
use shared::hundredths::Hundredths;
use shared::id::UserId;

use crate::id::{ApplicationId, JobId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "applications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApplicationId,
    pub job_id: JobId,
    pub freelancer_id: UserId,
    pub proposal: String,
    pub bid_amount: Amount,
    pub status: String,
    pub match_score: Hundredths,
    pub decided_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

//! What somebody has been paid for knowledge on one day, for the day's cap.

use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::Time;
use shared::id::UserId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mining_days")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// `2026-11-21`, in UTC.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: String,
    pub paid: Amount,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

//! Money locked away for a term. The principal stands in the stake wallet, the reward is held in the staking pool.

use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::Time;

use crate::id::{HoldId, StakeId, TransactionId, WalletId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "stakes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StakeId,
    pub wallet_id: WalletId,
    pub start_at: Time,
    pub end_at: Time,
    pub amount: Amount,
    pub rate_bp: i32,
    pub days: i32,
    pub reward: Amount,
    pub reward_hold_id: Option<HoldId>,
    pub status: String,
    pub matured_at: Option<Time>,
    pub ended_at: Option<Time>,
    pub stake_transaction_id: TransactionId,
    pub unstake_transaction_id: Option<TransactionId>,
    pub reward_transaction_id: Option<TransactionId>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

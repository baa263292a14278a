//! The economy in figures at one moment of the ledger. The newest row is the answer; older ones are the series.

use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::Time;

use crate::id::MetricsId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "economic_metrics")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MetricsId,
    pub active_wallets: i32,
    pub recorded_at: Time,
    pub ledger_version: i64,
    pub total_supply: Amount,
    pub circulating_supply: Amount,
    pub total_staked: Amount,
    pub total_minted: Amount,
    pub total_burned: Amount,
    pub total_held: Amount,
    pub daily_volume: Amount,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

//! A reward for proven knowledge. One per wallet and activity; never changed.

use proto::azora::common::v1::Level;
use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::Time;
use shared::hundredths::Hundredths;
use shared::word::Word;

use crate::id::{MiningRecordId, TransactionId, WalletId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mining_records")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MiningRecordId,
    pub wallet_id: WalletId,
    pub activity_type: String,
    pub activity_id: String,
    pub level: Word<Level>,
    pub difficulty: i32,
    pub score: Option<Hundredths>,
    pub seconds: i32,
    pub source_service: String,
    pub tokens_earned: Amount,
    pub proof_hash: Vec<u8>,
    pub transaction_id: TransactionId,
    pub metadata: Option<Json>,
    pub mined_at: Time,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

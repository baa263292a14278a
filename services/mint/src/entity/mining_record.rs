//! A reward for proven knowledge. One per wallet and activity; never changed.

use proto::azora::common::v1::Level;
use proto::azora::mint::v1::{self as api, ActivityType};
use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::{self, Time};
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
    pub activity_type: Word<ActivityType>,
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

impl From<Model> for api::MiningRecord {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            wallet_id: row.wallet_id.to_string(),
            activity_type: row.activity_type.number(),
            activity_id: row.activity_id,
            level: row.level.number(),
            score: row.score.map(|score| score.to_string()).unwrap_or_default(),
            seconds: row.seconds,
            source_service: row.source_service,
            tokens_earned: row.tokens_earned.to_string(),
            transaction_id: row.transaction_id.to_string(),
            mined_at: Some(clock::to_proto(row.mined_at)),
        }
    }
}

//! Money locked away for a term. The principal stands in the stake wallet, the reward is held in the staking pool.
//! Written by the posting functions alone.

use proto::azora::mint::v1::{self as api, StakeStatus};
use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::{self, Time};
use shared::word::Word;

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
    pub status: Word<StakeStatus>,
    pub matured_at: Option<Time>,
    pub ended_at: Option<Time>,
    pub stake_transaction_id: TransactionId,
    pub unstake_transaction_id: Option<TransactionId>,
    pub reward_transaction_id: Option<TransactionId>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// Those whose term is over without anybody having been told. As with `hold::due`, their status stands in the text.
#[must_use]
pub fn unmatured(now: Time) -> Select<Entity> {
    Entity::find()
        .filter(Expr::cust("stakes.status = 'active'"))
        .filter(Column::EndAt.lte(now))
        .filter(Column::MaturedAt.is_null())
}

impl From<Model> for api::StakeRecord {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            wallet_id: row.wallet_id.to_string(),
            amount: row.amount.to_string(),
            rate_bp: row.rate_bp,
            days: row.days,
            reward: row.reward.to_string(),
            status: row.status.number(),
            start_at: Some(clock::to_proto(row.start_at)),
            end_at: Some(clock::to_proto(row.end_at)),
            ended_at: row.ended_at.map(clock::to_proto),
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, QueryTrait};

    use super::*;

    #[test]
    fn what_the_index_is_limited_to_stands_in_the_text() {
        for backend in [DbBackend::Postgres, DbBackend::Sqlite] {
            let sql = unmatured(clock::now()).build(backend).sql;
            assert!(sql.contains("stakes.status = 'active'") && sql.contains("\"matured_at\" IS NULL"), "{sql}");
        }
    }
}

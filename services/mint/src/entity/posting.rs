//! The trace that a transaction, or a hold set or freed, leaves on one wallet. Append-only: the newest posting of a
//! wallet is its balance.

use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::Time;

use crate::id::{HoldId, TransactionId, WalletId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "postings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub wallet_id: WalletId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub transaction_id: Option<TransactionId>,
    pub hold_id: Option<HoldId>,
    pub amount: Amount,
    pub held_delta: Amount,
    pub balance_after: Amount,
    pub held_after: Amount,
    pub effective_at: Time,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The last posting of a wallet that counts before a moment.
#[must_use]
pub fn last_before(wallet: WalletId, moment: Time) -> Select<Entity> {
    Entity::find()
        .filter(Column::WalletId.eq(wallet))
        .filter(Column::EffectiveAt.lt(moment))
        .order_by_desc(Column::EffectiveAt)
        .order_by_desc(Column::Version)
}

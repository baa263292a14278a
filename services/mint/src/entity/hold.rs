//! Money set aside: part of a wallet's balance that cannot be spent until the hold is captured, voided or has expired.
//! Written by the posting functions alone.

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{self as api, HoldStatus};
use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::{self, Time};
use shared::word::Word;

use crate::id::{HoldId, WalletId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "holds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HoldId,
    pub debit_wallet_id: WalletId,
    pub credit_wallet_id: WalletId,
    pub creator: String,
    pub currency: Word<Currency>,
    pub amount: Amount,
    pub captured: Amount,
    pub status: Word<HoldStatus>,
    pub reason: String,
    pub expires_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// Open ones whose time is over. Their status stands in the text, not in a value: only so does a plan that serves all values find
/// them by the index of those that wait.
#[must_use]
pub fn due(now: Time) -> Select<Entity> {
    Entity::find().filter(Expr::cust("holds.status = 'open'")).filter(Column::ExpiresAt.lte(now))
}

impl Model {
    /// Whether its time is over, although its money may not be free yet.
    #[must_use]
    pub fn is_due(&self, now: Time) -> bool {
        *self.status == HoldStatus::Open && self.expires_at.is_some_and(|end| end <= now)
    }
}

impl From<Model> for api::Hold {
    fn from(row: Model) -> Self {
        let status = if row.is_due(clock::now()) { HoldStatus::Expired } else { *row.status };
        Self {
            id: row.id.to_string(),
            debit_wallet_id: row.debit_wallet_id.to_string(),
            credit_wallet_id: row.credit_wallet_id.to_string(),
            creator_id: row.creator,
            currency: row.currency.number(),
            amount: row.amount.to_string(),
            captured: row.captured.to_string(),
            status: status.into(),
            reason: row.reason,
            expires_at: row.expires_at.map(clock::to_proto),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
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
            let sql = due(clock::now()).build(backend).sql;
            assert!(sql.contains("holds.status = 'open'"), "{sql}");
        }
    }
}

//! What moved: one amount from one wallet to another. Written by the posting functions alone.

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{self as api, ExternalDirection, TransactionStatus, TransactionType};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect, QueryTrait};
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::{self, Time};
use shared::json;
use shared::word::Word;

use crate::entity::wallet;
use crate::id::{HoldId, TransactionId, WalletId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "transactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransactionId,
    pub seq: i64,
    pub r#type: Word<TransactionType>,
    pub currency: Word<Currency>,
    pub debit_wallet_id: WalletId,
    pub credit_wallet_id: WalletId,
    pub amount: Amount,
    pub status: Word<TransactionStatus>,
    pub reason: Option<String>,
    pub memo: Option<String>,
    pub group_id: Option<Uuid>,
    pub reverses_id: Option<TransactionId>,
    pub hold_id: Option<HoldId>,
    pub external_direction: Option<Word<ExternalDirection>>,
    pub external_reference: Option<String>,
    pub operation_caller: String,
    pub operation_id: Uuid,
    pub metadata: Option<Json>,
    pub effective_at: Time,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// What the caller may see: everything for admins and services, else what moved in or out of the caller's own wallets.
#[must_use]
pub fn visible_to(call: &Call) -> Select<Entity> {
    if call.sees_everything() {
        return Entity::find();
    }
    let own = wallet::owned_by(call.user()).select_only().column(wallet::Column::Id).into_query();
    let either = Condition::any()
        .add(Column::DebitWalletId.in_subquery(own.clone()))
        .add(Column::CreditWalletId.in_subquery(own));
    Entity::find().filter(either)
}

/// What moved out of a wallet and what moved in, which have nothing in common: two lists, because each has an index.
#[must_use]
pub fn of_wallet(wallet: WalletId) -> [Select<Entity>; 2] {
    [Column::DebitWalletId, Column::CreditWalletId].map(|leg| Entity::find().filter(leg.eq(wallet)))
}

/// The number of the newest one; 0 without any.
pub async fn last_seq(db: &impl ConnectionTrait) -> shared::Result<i64> {
    let newest =
        Entity::find().select_only().column(Column::Seq).order_by_desc(Column::Seq).into_tuple::<i64>().one(db).await?;
    Ok(newest.unwrap_or(0))
}

impl From<Model> for api::Transaction {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            seq: row.seq,
            r#type: row.r#type.number(),
            currency: row.currency.number(),
            debit_wallet_id: row.debit_wallet_id.to_string(),
            credit_wallet_id: row.credit_wallet_id.to_string(),
            amount: row.amount.to_string(),
            status: row.status.number(),
            reason: row.reason.unwrap_or_default(),
            memo: row.memo.unwrap_or_default(),
            group_id: row.group_id.map(|group| group.to_string()).unwrap_or_default(),
            reverses_id: row.reverses_id.map(|reversed| reversed.to_string()).unwrap_or_default(),
            hold_id: row.hold_id.map(|hold| hold.to_string()).unwrap_or_default(),
            external_direction: row.external_direction.unwrap_or_default().number(),
            external_reference: row.external_reference.unwrap_or_default(),
            metadata: row.metadata.map(json::to_struct),
            effective_at: Some(clock::to_proto(row.effective_at)),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;

    #[test]
    fn what_moved_in_a_wallet_is_found_along_one_index_at_a_time() {
        for (list, leg) in of_wallet(WalletId::new()).into_iter().zip(["debit_wallet_id", "credit_wallet_id"]) {
            let sql = list.build(DbBackend::Postgres).to_string();
            let (_, picked) = sql.split_once(" WHERE ").expect("a filter");
            assert!(picked.contains(leg) && !picked.contains(" OR "), "{sql}");
        }
    }
}

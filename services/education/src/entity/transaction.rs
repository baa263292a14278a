//! What came to or left a spending wallet. Only a pending one ever changes, once, when mint has answered.

use proto::azora::common::v1::Currency;
use proto::azora::education::v1::{self as api, TransactionStatus, TransactionType};
use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::{self, Time};
use shared::word::Word;

use crate::entity::wallet;
use crate::id::{EnrollmentId, TransactionId, WalletId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "transactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransactionId,
    pub wallet_id: WalletId,
    pub currency: Word<Currency>,
    pub version: Option<i64>,
    pub balance_after: Option<Amount>,
    pub r#type: Word<TransactionType>,
    pub amount: Amount,
    pub description: String,
    pub enrollment_id: Option<EnrollmentId>,
    pub mint_transaction_id: Option<Uuid>,
    pub reference: Option<String>,
    pub status: Word<TransactionStatus>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// What moved in or out of one wallet, whose student the caller has been found to see.
#[must_use]
pub fn of_wallet(wallet: WalletId) -> Select<Entity> {
    Entity::find().filter(Column::WalletId.eq(wallet))
}

/// The payment that has left a wallet as it is `after` it.
#[must_use]
pub fn payment(after: &wallet::Model, amount: Amount, description: String, place: EnrollmentId) -> Model {
    Model {
        id: TransactionId::new(),
        wallet_id: after.id,
        currency: after.currency,
        version: Some(after.version),
        balance_after: Some(after.balance),
        r#type: Word(TransactionType::Payment),
        amount,
        description,
        enrollment_id: Some(place),
        mint_transaction_id: None,
        reference: None,
        status: Word(TransactionStatus::Completed),
        created_at: after.updated_at,
        updated_at: after.updated_at,
    }
}

impl From<Model> for api::Transaction {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            wallet_id: row.wallet_id.to_string(),
            r#type: row.r#type.number(),
            status: row.status.number(),
            amount: row.amount.to_string(),
            currency: row.currency.number(),
            balance_after: row.balance_after.map(|balance| balance.to_string()).unwrap_or_default(),
            description: row.description,
            enrollment_id: row.enrollment_id.map(|place| place.to_string()).unwrap_or_default(),
            mint_transaction_id: row.mint_transaction_id.map(|movement| movement.to_string()).unwrap_or_default(),
            reference: row.reference.unwrap_or_default(),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

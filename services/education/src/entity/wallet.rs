//! A student's spending account. Its balance is written together with a transaction, and in no other way.

use proto::azora::common::v1::Currency;
use proto::azora::education::v1 as api;
use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::{self, Time};
use shared::word::Word;

use crate::error::EducationError;
use crate::id::{StudentId, WalletId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "wallets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WalletId,
    pub student_id: StudentId,
    pub currency: Word<Currency>,
    pub balance: Amount,
    pub version: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The wallet of one student, whom the caller has been found to see.
#[must_use]
pub fn of(student: StudentId) -> Select<Entity> {
    Entity::find().filter(Column::StudentId.eq(student))
}

/// A new, empty wallet.
#[must_use]
pub fn open(student: StudentId, now: Time) -> Model {
    Model {
        id: WalletId::new(),
        student_id: student,
        currency: Word(Currency::Azr),
        balance: Amount::ZERO,
        version: 0,
        created_at: now,
        updated_at: now,
    }
}

impl Model {
    /// What a payment makes of it.
    pub fn after_paying(&self, amount: Amount, now: Time) -> Result<Self, EducationError> {
        let (available, wanted) = (self.balance, amount);
        if wanted > available {
            return Err(EducationError::InsufficientFunds { available, wanted });
        }
        let balance = available.minus(wanted)?;
        Ok(Self { balance, version: self.version + 1, updated_at: now, ..self.clone() })
    }
}

impl From<Model> for api::Wallet {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            student_id: row.student_id.to_string(),
            currency: row.currency.number(),
            balance: row.balance.to_string(),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wallet(coins: i64) -> Model {
        Model { balance: Amount::whole(coins), version: 4, ..open(StudentId::default(), Time::default()) }
    }

    #[test]
    fn the_last_unit_can_be_spent_and_not_one_more() {
        let paid = wallet(10).after_paying(Amount::whole(10), Time::default()).unwrap();
        assert_eq!((paid.balance, paid.version), (Amount::ZERO, 5));

        let too_much = Amount::whole(10).plus(Amount::from_units(1).unwrap()).unwrap();
        let refused = wallet(10).after_paying(too_much, Time::default()).unwrap_err();
        assert_eq!(refused.to_string(), "available 10, wanted 10.00000001");
    }
}

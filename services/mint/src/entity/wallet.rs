//! An account in one currency. Balances are written by the posting functions alone.

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{self as api, WalletKind, WalletStatus};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{Condition, QuerySelect, QueryTrait};
use shared::amount::{Amount, AmountError};
use shared::call::Call;
use shared::clock::{self, Time};
use shared::id::{UserId, named};
use shared::word::Word;

use crate::entity::transaction;
use crate::id::WalletId;
use crate::income;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "wallets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WalletId,
    pub user_id: Option<UserId>,
    pub currency: Word<Currency>,
    pub kind: Word<WalletKind>,
    pub r#ref: String,
    pub address: String,
    pub balance: Amount,
    pub held: Amount,
    pub floor: Option<Amount>,
    pub ceil: Option<Amount>,
    pub staked: Amount,
    pub earned: Amount,
    pub version: i64,
    pub status: Word<WalletStatus>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The wallets of one user.
#[must_use]
pub fn owned_by(user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user))
}

/// What the caller may see: everything for admins and services, else the caller's own.
#[must_use]
pub fn visible_to(call: &Call) -> Select<Entity> {
    if call.sees_everything() { Entity::find() } else { owned_by(call.user()) }
}

impl Model {
    /// The same of a row that was read by its id.
    #[must_use]
    pub fn is_visible_to(&self, call: &Call) -> bool {
        call.sees_everything() || self.user_id == Some(call.user())
    }
}

/// The wallets of the system of one kind and name: one per currency.
#[must_use]
pub fn of_system(kind: WalletKind, reference: &str) -> Select<Entity> {
    Entity::find()
        .filter(Column::UserId.is_null())
        .filter(Column::Kind.eq(Word(kind)))
        .filter(Column::Ref.eq(reference))
}

/// People's wallets in AZR in which money moved after one moment and up to another. What the community pool paid does not
/// count: whoever got basic income once would get it for ever.
#[must_use]
pub fn active_between(since: Time, until: Time) -> Select<Entity> {
    let moved = |leg: transaction::Column| {
        let within = transaction::Entity::find()
            .select_only()
            .column(transaction::Column::Id)
            .filter(Expr::col((transaction::Entity, leg)).equals((Entity, Column::Id)))
            .filter(transaction::Column::CreatedAt.gt(since))
            .filter(transaction::Column::CreatedAt.lte(until))
            .filter(transaction::Column::DebitWalletId.ne(income::pool()));
        Expr::exists(within.into_query())
    };
    let either =
        Condition::any().add(moved(transaction::Column::DebitWalletId)).add(moved(transaction::Column::CreditWalletId));
    Entity::find()
        .filter(Column::Kind.eq(Word(WalletKind::User)))
        .filter(Column::Currency.eq(Word(Currency::Azr)))
        .filter(either)
}

/// The id of a wallet of the system that a migration step has made: the same in every installation.
#[must_use]
pub fn id_of_system(kind: WalletKind, currency: Currency, reference: &str) -> WalletId {
    WalletId(named(&format!("mint/wallet/{}/{}/{reference}", Word(kind).text(), Word(currency).text())))
}

/// A new, empty wallet of a user.
#[must_use]
pub fn open(owner: UserId, currency: Word<Currency>, now: Time) -> ActiveModel {
    ActiveModel {
        id: Set(WalletId::new()),
        user_id: Set(Some(owner)),
        currency: Set(currency),
        kind: Set(Word(WalletKind::User)),
        r#ref: Set(String::new()),
        address: Set(address()),
        balance: Set(Amount::ZERO),
        held: Set(Amount::ZERO),
        floor: Set(Some(Amount::ZERO)),
        ceil: Set(None),
        staked: Set(Amount::ZERO),
        earned: Set(Amount::ZERO),
        version: Set(0),
        status: Set(Word(WalletStatus::Active)),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

/// `AZR` and 40 hex digits from the system's random source.
fn address() -> String {
    format!("AZR{}", shared::random::hex::<20>())
}

impl Model {
    /// Whether it is this user's.
    #[must_use]
    pub fn belongs_to(&self, user: UserId) -> bool {
        self.user_id == Some(user)
    }

    /// What can be spent, as spending judges it: a share of the supply may go below zero, and what is left of it can be spent.
    ///
    /// # Errors
    /// `OutOfRange`.
    pub fn available(&self) -> Result<Amount, AmountError> {
        self.balance.minus(self.held)?.minus(self.floor.unwrap_or(Amount::ZERO))
    }

    /// Whether anybody who knows its id may pay into it. What escrows, stakes, pools, issuance and the world outside
    /// hold has to agree with other rows, so only the RPCs that write those rows pay into them.
    #[must_use]
    pub fn takes_transfers(&self) -> bool {
        matches!(*self.kind, WalletKind::User | WalletKind::Fee | WalletKind::Liquidity | WalletKind::Rounding)
    }
}

impl From<Model> for api::Wallet {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            user_id: row.user_id.map(|user| user.to_string()).unwrap_or_default(),
            kind: row.kind.number(),
            currency: row.currency.number(),
            address: row.address,
            balance: row.balance.to_string(),
            held: row.held.to_string(),
            staked: row.staked.to_string(),
            earned: row.earned.to_string(),
            status: row.status.number(),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_the_system_are_those_that_a_migration_step_made() {
        let id = id_of_system(WalletKind::Issuance, Currency::Azr, "main");
        assert_eq!(id.to_string(), "73af4138-7373-53e0-be13-e095a354f922");
    }
}

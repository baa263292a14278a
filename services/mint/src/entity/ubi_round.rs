//! A day's round of basic income. One a day; what it has yet to pay is held in the community pool. Written by the posting
//! functions alone.

use proto::azora::mint::v1::{self as api, UbiRoundStatus};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use shared::amount::Amount;
use shared::clock::{self, Time};
use shared::id::UserId;
use shared::word::Word;

use crate::entity::transaction;
use crate::id::{HoldId, UbiRoundId, WalletId};
use crate::income::Rate;
use crate::posting::Paid;
use crate::sums::{self, Sum};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ubi_rounds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UbiRoundId,
    /// `2026-11-21`, in UTC.
    pub day: String,
    pub base: Amount,
    pub factor_max: i32,
    pub activity_full: i32,
    pub recipients: i32,
    pub total: Amount,
    pub hold_id: Option<HoldId>,
    pub cursor: Option<WalletId>,
    pub status: Word<UbiRoundStatus>,
    pub distributed_by: UserId,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The round of one day.
#[must_use]
pub fn of_day(day: &str) -> Select<Entity> {
    Entity::find().filter(Column::Day.eq(day))
}

/// Rounds that have somebody left to pay, the oldest first.
#[must_use]
pub fn running() -> Select<Entity> {
    Entity::find().filter(Column::Status.eq(Word(UbiRoundStatus::Running))).order_by_asc(Column::Day)
}

/// Those of days before this one.
#[must_use]
pub fn running_before(day: &str) -> Select<Entity> {
    running().filter(Column::Day.lt(day))
}

impl Model {
    /// How much it gives: as it was set when the round began.
    #[must_use]
    pub fn rate(&self) -> Rate {
        Rate { base: self.base, factor_max: self.factor_max, activity_full: self.activity_full }
    }

    /// What it has paid so far.
    pub async fn paid(&self, db: &impl ConnectionTrait) -> shared::Result<Paid> {
        let found = transaction::Entity::find()
            .select_only()
            .column_as(transaction::Column::Id.count(), "payments")
            .expr_as(sums::of("amount"), "total")
            .filter(transaction::Column::GroupId.eq(Uuid::from(self.id)))
            .into_tuple::<(i64, Sum)>()
            .one(db)
            .await?;
        let (payments, total) = found.unwrap_or_default();
        Ok(Paid { recipients: i32::try_from(payments).unwrap_or(i32::MAX), total: total.amount()? })
    }
}

impl From<Model> for api::UbiRound {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            day: row.day,
            base: row.base.to_string(),
            recipients: row.recipients,
            total: row.total.to_string(),
            status: row.status.number(),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

//! What AZR was worth in another currency from one moment on. Never changed: a newer rate is another row.

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1 as api;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use shared::clock::{self, Time};
use shared::id::UserId;
use shared::word::Word;

use crate::converting::{BASE, Rate};
use crate::id::ExchangeRateId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "exchange_rates")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExchangeRateId,
    pub base: Word<Currency>,
    pub quote: Word<Currency>,
    pub rate_e12: Rate,
    pub set_by: UserId,
    pub reason: Option<String>,
    pub effective_from: Time,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The rates of AZR in a currency, the newest first: that is the one that holds, whatever the clock of this machine says.
#[must_use]
pub fn in_force(quote: Currency) -> Select<Entity> {
    Entity::find()
        .filter(Column::Base.eq(Word(BASE)))
        .filter(Column::Quote.eq(Word(quote)))
        .order_by_desc(Column::EffectiveFrom)
}

impl From<Model> for api::ExchangeRate {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            base: row.base.number(),
            quote: row.quote.number(),
            rate: row.rate_e12.to_string(),
            reason: row.reason.unwrap_or_default(),
            effective_from: Some(clock::to_proto(row.effective_from)),
        }
    }
}

//! Says what AZR is worth in another currency from now on. Earlier rates stay as they are, and so does what was changed at
//! them.

use chrono::TimeDelta;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ExchangeRate, UpdateExchangeRateRequest, UpdateExchangeRateResponse};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::word::Word;

use crate::Mint;
use crate::converting::{BASE, QUOTES, Rate};
use crate::entity::exchange_rate;
use crate::id::ExchangeRateId;

pub struct UpdateExchangeRate {
    quote: Word<Currency>,
    rate: Rate,
    reason: Option<String>,
}

impl TryFrom<UpdateExchangeRateRequest> for UpdateExchangeRate {
    type Error = Error;

    fn try_from(request: UpdateExchangeRateRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let base = fields.word::<Currency>("base", request.base);
        let quote = fields.word::<Currency>("quote", request.quote);
        // Unspecified stands for what is missing or unknown, and has been refused already.
        if *base != Currency::Unspecified && *base != BASE {
            fields.refuse("base", "must be AZR");
        }
        if *quote != Currency::Unspecified && !QUOTES.contains(&quote) {
            fields.refuse("quote", "must be BTC, ETH or USD");
        }
        let rate = Rate::parse(&request.rate);
        if rate.is_none() {
            fields.refuse("rate", "must be plain decimal text above zero with at most 12 places, below 1000000");
        }
        let reason = fields.optional_text("reason", &request.reason, 1..=200);
        fields.finish(Self { quote, rate: rate.unwrap_or_default(), reason })
    }
}

pub async fn run(mint: &Mint, call: &Call, input: UpdateExchangeRate) -> Result<UpdateExchangeRateResponse> {
    mint.work
        .mutate(call, async |work| {
            // One after the other, so that each is newer than the one before, also when a clock steps back.
            work.lock_audit_head().await?;
            let newest = exchange_rate::in_force(*input.quote).one(&work.tx).await?;
            let after = newest.map(|newest| newest.effective_from + TimeDelta::microseconds(1));
            let row = exchange_rate::ActiveModel {
                id: Set(ExchangeRateId::new()),
                base: Set(Word(BASE)),
                quote: Set(input.quote),
                rate_e12: Set(input.rate),
                set_by: Set(call.user()),
                reason: Set(input.reason.clone()),
                effective_from: Set(after.map_or(call.now(), |after| after.max(call.now()))),
                created_at: Set(call.now()),
            };
            let rate = ExchangeRate::from(row.insert(&work.tx).await?);
            work.audit(&rate.id, &rate)?;
            Ok(UpdateExchangeRateResponse { rate: Some(rate) })
        })
        .await
}

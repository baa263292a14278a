//! Lists what AZR is worth in other currencies: the rates that hold now, or all that ever did, newest first.

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ListExchangeRatesRequest, ListExchangeRatesResponse};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::page;
use shared::word::Word;

use crate::Mint;
use crate::converting::QUOTES;
use crate::entity::exchange_rate;

pub struct ListExchangeRates {
    base: Option<Word<Currency>>,
    quote: Option<Word<Currency>>,
    history: bool,
}

impl TryFrom<ListExchangeRatesRequest> for ListExchangeRates {
    type Error = Error;

    fn try_from(request: ListExchangeRatesRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            base: fields.optional_word("base", request.base),
            quote: fields.optional_word("quote", request.quote),
            history: request.history,
        };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: ListExchangeRates) -> Result<ListExchangeRatesResponse> {
    use exchange_rate::Column::{Base, EffectiveFrom, Id, Quote};
    let db = mint.work.read();
    let mut holding = Vec::new();
    if !input.history {
        for quote in QUOTES {
            holding.extend(exchange_rate::in_force(quote).one(db).await?.map(|rate| rate.id));
        }
    }
    let rates = exchange_rate::Entity::find()
        .apply_if((!input.history).then_some(holding), |list, ids| list.filter(Id.is_in(ids)))
        .apply_if(input.base, |list, base| list.filter(Base.eq(base)))
        .apply_if(input.quote, |list, quote| list.filter(Quote.eq(quote)));
    let page = page::newest(db, call, rates, EffectiveFrom, Id).await?;
    Ok(ListExchangeRatesResponse { next_page_token: page.next, rates: page.rows.into_iter().map(Into::into).collect() })
}

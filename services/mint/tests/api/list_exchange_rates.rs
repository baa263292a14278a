use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ListExchangeRatesRequest, ListExchangeRatesResponse};
use shared::testing::{TestService, TestUser, assert_fields};

use crate::mint;
use crate::update_exchange_rate::set_rate;

async fn list(user: &TestUser, request: ListExchangeRatesRequest) -> ListExchangeRatesResponse {
    mint(user).list_exchange_rates(request).await.unwrap().into_inner()
}

/// What is told, by currency.
fn told(answer: &ListExchangeRatesResponse) -> Vec<(Currency, &str)> {
    let mut rates: Vec<_> = answer.rates.iter().map(|rate| (rate.quote(), rate.rate.as_str())).collect();
    rates.sort_unstable();
    rates
}

#[tokio::test]
async fn azr_is_worth_what_was_said_at_first() {
    let service = TestService::<Mint>::start().await;

    for user in [service.student("alice"), service.admin("root"), service.service("forge")] {
        let first = list(&user, ListExchangeRatesRequest::default()).await;

        let worth = [(Currency::Btc, "0.0000025"), (Currency::Eth, "0.000035"), (Currency::Usd, "0.1")];
        assert_eq!(told(&first), worth);
        assert!(first.rates.iter().all(|rate| rate.base() == Currency::Azr));
        assert!(first.rates.iter().all(|rate| rate.effective_from.unwrap().seconds == 1_767_225_600));
    }
}

#[tokio::test]
async fn the_newest_rate_of_each_currency_is_told_and_the_series_if_it_is_asked_for() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let (second, third) =
        (set_rate(&service, Currency::Usd, "0.3").await, set_rate(&service, Currency::Usd, "0.2").await);

    let now = list(&alice, ListExchangeRatesRequest::default()).await;
    assert_eq!(told(&now), [(Currency::Btc, "0.0000025"), (Currency::Eth, "0.000035"), (Currency::Usd, "0.2")]);

    let usd = ListExchangeRatesRequest { quote: Currency::Usd.into(), ..Default::default() };
    assert_eq!(list(&alice, usd.clone()).await.rates, std::slice::from_ref(&third));
    let base = Currency::Azr.into();
    let series = list(&alice, ListExchangeRatesRequest { base, history: true, ..usd.clone() }).await.rates;
    assert_eq!((series.len(), &series[..2], series[2].rate.as_str()), (3, &[third, second][..], "0.1"));
    let of_all = ListExchangeRatesRequest { history: true, ..Default::default() };
    assert_eq!(list(&alice, of_all).await.rates.len(), 5);
    let of_usd = ListExchangeRatesRequest { history: true, ..usd };
    assert_eq!(list(&alice, of_usd).await.rates, series);
    let per_dollar = ListExchangeRatesRequest { base: Currency::Usd.into(), history: true, ..Default::default() };
    assert!(list(&alice, per_dollar).await.rates.is_empty(), "all are for one AZR");
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_ended() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    set_rate(&service, Currency::Eth, "0.00004").await;
    for history in [false, true] {
        let whole = list(&alice, ListExchangeRatesRequest { history, ..Default::default() }).await.rates;

        let two = ListExchangeRatesRequest { page_size: 2, history, ..Default::default() };
        let page = list(&alice, two.clone()).await;
        let rest = list(&alice, ListExchangeRatesRequest { page_token: page.next_page_token, ..two }).await;

        assert_eq!((&page.rates[..], &rest.rates[..]), whole.split_at(2));
        assert_eq!(rest.next_page_token, "");
    }
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Mint>::start().await;
    let request = ListExchangeRatesRequest { page_size: -1, base: 77, quote: 78, ..Default::default() };

    let refused = mint(&service.student("alice")).list_exchange_rates(request).await;

    assert_fields(&refused, &["page_size", "base", "quote"]);
}

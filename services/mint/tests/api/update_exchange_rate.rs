use mint::Mint;
use mint::entity::exchange_rate as table;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ExchangeRate, UpdateExchangeRateRequest};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::mint;

pub fn rate_of(quote: Currency, rate: &str) -> UpdateExchangeRateRequest {
    UpdateExchangeRateRequest {
        request_id: new_id(),
        base: Currency::Azr.into(),
        quote: quote.into(),
        rate: rate.into(),
        reason: String::new(),
    }
}

pub async fn set_rate(service: &TestService<Mint>, quote: Currency, rate: &str) -> ExchangeRate {
    let root = service.admin("root");
    mint(&root).update_exchange_rate(rate_of(quote, rate)).await.unwrap().into_inner().rate.unwrap()
}

#[tokio::test]
async fn a_rate_is_set_from_now_on_and_the_one_before_stays() {
    let service = TestService::<Mint>::start().await;
    let root = service.admin("root");
    let request = UpdateExchangeRateRequest { reason: "The market moved".into(), ..rate_of(Currency::Usd, "0.125") };
    let before = shared::clock::now();

    let set = mint(&root).update_exchange_rate(request).await.unwrap().into_inner().rate.unwrap();

    assert_eq!((set.base(), set.quote()), (Currency::Azr, Currency::Usd));
    assert_eq!((set.rate.as_str(), set.reason.as_str()), ("0.125", "The market moved"));
    service.audit_ends_with("mint.exchange_rate.update", Outcome::Ok, &root).await;
    let found = table::Entity::find().filter(table::Column::Quote.eq("USD")).all(service.connection()).await.unwrap();
    let row = found.iter().find(|row| row.id.to_string() == set.id).unwrap();
    assert_eq!((found.len(), row.set_by), (2, root.id), "the first rate is there as well");
    assert!(row.effective_from >= before && row.effective_from <= shared::clock::now());
}

#[tokio::test]
async fn no_rate_is_altered_or_removed() {
    let service = TestService::<Mint>::start().await;
    let db = service.connection();

    let altered = table::Entity::update_many().col_expr(table::Column::RateE12, Expr::value(1_i64)).exec(db).await;
    let removed = table::Entity::delete_many().exec(db).await;

    assert!(altered.unwrap_err().to_string().contains("append-only"));
    assert!(removed.unwrap_err().to_string().contains("append-only"));
}

#[tokio::test]
async fn only_administrators_set_rates() {
    let service = TestService::<Mint>::start().await;
    for user in [service.student("alice"), service.service("forge"), service.educator("bob")] {
        let refused = mint(&user).update_exchange_rate(rate_of(Currency::Usd, "0.2")).await;
        assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    }
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Mint>::start().await;
    let root = service.admin("root");

    let bad = UpdateExchangeRateRequest {
        request_id: "x".into(),
        base: Currency::Usd.into(),
        quote: Currency::Azr.into(),
        rate: "0".into(),
        reason: "r".repeat(201),
    };
    let refused = mint(&root).update_exchange_rate(bad).await;
    assert_fields(&refused, &["request_id", "base", "quote", "rate", "reason"]);
    let missing = UpdateExchangeRateRequest { request_id: new_id(), ..Default::default() };
    assert_fields(&mint(&root).update_exchange_rate(missing).await, &["base", "quote", "rate"]);
    for rate in ["-1", "1e3", "0.0000000000001", "1000000", "NaN"] {
        let refused = mint(&root).update_exchange_rate(rate_of(Currency::Usd, rate)).await;
        assert_fields(&refused, &["rate"]);
    }
}

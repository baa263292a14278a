use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{Hold, HoldFundsRequest, HoldStatus};
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{balance, mint, transfer_of, wallet, wallet_in, wallet_with};

pub fn hold_of(amount: &str, from: &str, to: &str) -> HoldFundsRequest {
    HoldFundsRequest {
        request_id: new_id(),
        from_wallet_id: from.into(),
        to_wallet_id: to.into(),
        amount: amount.into(),
        reason: "a course".into(),
        seconds: 0,
    }
}

pub async fn held(user: &TestUser, amount: &str, from: &str, to: &str) -> Hold {
    mint(user).hold_funds(hold_of(amount, from, to)).await.unwrap().into_inner().hold.unwrap()
}

/// Alice with 10, Bob with nothing, and 4 of Alice's held for him.
pub async fn promised(service: &TestService<Mint>) -> (TestUser, String, TestUser, String, Hold) {
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let from = wallet_with(service, &alice, "10").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;
    let hold = held(&alice, "4", &from, &to).await;
    (alice, from, bob, to, hold)
}

#[tokio::test]
async fn what_is_held_stays_in_the_balance_and_cannot_be_spent() {
    let service = TestService::<Mint>::start().await;
    let (alice, from, bob, to, hold) = promised(&service).await;
    assert_eq!((hold.status(), hold.amount.as_str(), hold.captured.as_str()), (HoldStatus::Open, "4", "0"));
    assert_eq!((hold.creator_id.as_str(), hold.reason.as_str()), (alice.id.to_string().as_str(), "a course"));
    service.audit_ends_with("mint.funds.hold", Outcome::Ok, &alice).await;

    let has = wallet(&alice, &from).await;
    assert_eq!((has.balance.as_str(), has.held.as_str()), ("10", "4"));
    assert_eq!(balance(&alice, &from).await.available, "6");
    let too_much = mint(&alice).transfer(transfer_of("6.00000001", &from, &to)).await;
    assert_refused(&too_much, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
    let another = mint(&alice).hold_funds(hold_of("6.00000001", &from, &to)).await;
    assert_refused(&another, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
    assert_eq!(another.unwrap_err().message(), "available 6, wanted 6.00000001");
    mint(&alice).transfer(transfer_of("6", &from, &to)).await.unwrap();
    assert_eq!(wallet(&bob, &to).await.balance, "6");
}

#[tokio::test]
async fn a_hold_lasts_a_quarter_of_an_hour_unless_it_says_otherwise() {
    let service = TestService::<Mint>::start().await;
    let (alice, from, _, to, hold) = promised(&service).await;
    let lasts = |hold: &Hold| hold.expires_at.unwrap().seconds - hold.created_at.unwrap().seconds;
    assert_eq!(lasts(&hold), 900);
    let request = HoldFundsRequest { seconds: 604_800, ..hold_of("1", &from, &to) };
    assert_eq!(lasts(&mint(&alice).hold_funds(request).await.unwrap().into_inner().hold.unwrap()), 604_800);
    for seconds in [-1, 604_801] {
        let refused = mint(&alice).hold_funds(HoldFundsRequest { seconds, ..hold_of("1", &from, &to) }).await;
        assert_fields(&refused, &["seconds"]);
    }
}

#[tokio::test]
async fn nobody_holds_what_is_somebody_elses_or_for_a_wallet_that_is_not_there() {
    let service = TestService::<Mint>::start().await;
    let (alice, from, bob, to, _) = promised(&service).await;
    for (user, from, to) in [(&bob, from.clone(), to.clone()), (&alice, from.clone(), new_id())] {
        let refused = mint(user).hold_funds(hold_of("1", &from, &to)).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
    let itself = mint(&alice).hold_funds(hold_of("1", &from, &from)).await;
    assert_refused(&itself, Code::InvalidArgument, "SAME_WALLET");
    let euros = wallet_in(&bob, Currency::Usd).await.id;
    let other = mint(&alice).hold_funds(hold_of("1", &from, &euros)).await;
    assert_refused(&other, Code::FailedPrecondition, "CURRENCY_MISMATCH");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Mint>::start().await;
    let request =
        HoldFundsRequest { request_id: "x".into(), from_wallet_id: "y".into(), ..HoldFundsRequest::default() };
    let refused = mint(&service.student("alice")).hold_funds(request).await;
    assert_fields(&refused, &["request_id", "from_wallet_id", "to_wallet_id", "amount", "reason"]);
}

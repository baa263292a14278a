use mint::Mint;
use mint::entity::{hold, wallet as table};
use proto::azora::mint::v1::{CaptureHoldRequest, Hold, HoldStatus, TransactionType, WalletStatus};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::clock;
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use shared::word::Word;
use tonic::Code;

use crate::get_hold::assert_expiry_is_on_record;
use crate::hold_funds::promised;
use crate::{mint, wallet};

pub fn capture_of(hold: &Hold, amount: &str) -> CaptureHoldRequest {
    CaptureHoldRequest { request_id: new_id(), hold_id: hold.id.clone(), amount: amount.into() }
}

/// Lets the time of all holds be over.
pub async fn expire(service: &TestService<Mint>) {
    let past = Expr::value(clock::now() - chrono::Duration::seconds(1));
    let aged = hold::Entity::update_many().col_expr(hold::Column::ExpiresAt, past);
    aged.exec(service.connection()).await.unwrap();
}

/// No RPC does so yet.
pub async fn set_status(service: &TestService<Mint>, wallet: &str, status: WalletStatus) {
    let id: mint::id::WalletId = uuid::Uuid::parse_str(wallet).unwrap().into();
    let changed = table::Entity::update_many()
        .col_expr(table::Column::Status, Expr::value(Word(status).text()))
        .filter(table::Column::Id.eq(id));
    changed.exec(service.connection()).await.unwrap();
}

#[tokio::test]
async fn a_part_is_paid_and_the_rest_is_free_again() {
    let service = TestService::<Mint>::start().await;
    let (alice, from, bob, to, hold) = promised(&service).await;
    let answer = mint(&alice).capture_hold(capture_of(&hold, "2.5")).await.unwrap().into_inner();
    let (paid, hold) = (answer.transaction.unwrap(), answer.hold.unwrap());
    assert_eq!(
        (paid.amount.as_str(), paid.r#type(), paid.hold_id.as_str()),
        ("2.5", TransactionType::Transfer, hold.id.as_str())
    );
    assert_eq!((hold.status(), hold.captured.as_str()), (HoldStatus::Captured, "2.5"));
    let has = wallet(&alice, &from).await;
    assert_eq!((has.balance.as_str(), has.held.as_str()), ("7.5", "0"));
    assert_eq!(wallet(&bob, &to).await.balance, "2.5");
    service.audit_ends_with("mint.hold.capture", Outcome::Ok, &alice).await;

    let again = mint(&alice).capture_hold(capture_of(&hold, "1")).await;
    assert_refused(&again, Code::FailedPrecondition, "HOLD_ALREADY_CAPTURED");
}

#[tokio::test]
async fn without_an_amount_all_is_paid_and_never_more() {
    let service = TestService::<Mint>::start().await;
    let (alice, from, bob, to, hold) = promised(&service).await;
    let more = mint(&alice).capture_hold(capture_of(&hold, "4.00000001")).await;
    assert_refused(&more, Code::FailedPrecondition, "HOLD_EXCEEDED");
    mint(&alice).capture_hold(capture_of(&hold, "")).await.unwrap();
    assert_eq!((wallet(&alice, &from).await.balance, wallet(&bob, &to).await.balance), ("6".into(), "4".into()));
}

#[tokio::test]
async fn only_whoever_made_it_captures_it() {
    let service = TestService::<Mint>::start().await;
    let (_, _, bob, _, hold) = promised(&service).await;
    assert_refused(&mint(&bob).capture_hold(capture_of(&hold, "")).await, Code::NotFound, "NOT_FOUND");
    let nothing = CaptureHoldRequest { hold_id: new_id(), ..capture_of(&hold, "") };
    assert_refused(&mint(&bob).capture_hold(nothing).await, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn a_payer_that_was_frozen_since_pays_and_a_receiver_that_was_does_not_receive() {
    let service = TestService::<Mint>::start().await;
    let (alice, from, bob, to, hold) = promised(&service).await;
    set_status(&service, &to, WalletStatus::Frozen).await;
    let refused = mint(&alice).capture_hold(capture_of(&hold, "")).await;
    assert_refused(&refused, Code::FailedPrecondition, "WALLET_NOT_ACTIVE");
    set_status(&service, &to, WalletStatus::Active).await;
    set_status(&service, &from, WalletStatus::Frozen).await;
    mint(&alice).capture_hold(capture_of(&hold, "")).await.unwrap();
    assert_eq!(wallet(&bob, &to).await.balance, "4");
}

#[tokio::test]
async fn once_its_time_is_over_it_is_free() {
    let service = TestService::<Mint>::start().await;
    let (alice, from, _, _, hold) = promised(&service).await;
    expire(&service).await;
    let late = mint(&alice).capture_hold(capture_of(&hold, "")).await;
    assert_refused(&late, Code::FailedPrecondition, "HOLD_EXPIRED");
    assert_eq!(wallet(&alice, &from).await.held, "0");
    assert_expiry_is_on_record(&service, &hold.id).await;
}

#[tokio::test]
async fn a_bad_amount_is_named() {
    let service = TestService::<Mint>::start().await;
    let (alice, _, _, _, hold) = promised(&service).await;
    for amount in ["0", "-1", "1.123456789"] {
        assert_fields(&mint(&alice).capture_hold(capture_of(&hold, amount)).await, &["amount"]);
    }
}

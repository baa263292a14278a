use mint::Mint;
use proto::azora::mint::v1::{Hold, HoldStatus, VoidHoldRequest};
use shared::testing::{Outcome, TestService, assert_refused, new_id};
use tonic::Code;

use crate::capture_hold::{capture_of, expire};
use crate::hold_funds::promised;
use crate::{mint, wallet};

fn void_of(hold: &Hold) -> VoidHoldRequest {
    VoidHoldRequest { request_id: new_id(), hold_id: hold.id.clone() }
}

#[tokio::test]
async fn whoever_made_it_and_whom_it_was_for_set_it_free_once() {
    for payee in [false, true] {
        let service = TestService::<Mint>::start().await;
        let (alice, from, bob, _, hold) = promised(&service).await;
        let user = if payee { &bob } else { &alice };
        let freed = mint(user).void_hold(void_of(&hold)).await.unwrap().into_inner().hold.unwrap();
        assert_eq!((freed.status(), freed.captured.as_str()), (HoldStatus::Voided, "0"));
        service.audit_ends_with("mint.hold.void", Outcome::Ok, user).await;
        let has = wallet(&alice, &from).await;
        assert_eq!((has.balance.as_str(), has.held.as_str()), ("10", "0"));
        let again = mint(user).void_hold(void_of(&hold)).await;
        assert_refused(&again, Code::FailedPrecondition, "HOLD_ALREADY_VOIDED");
        let late = mint(&alice).capture_hold(capture_of(&hold, "")).await;
        assert_refused(&late, Code::FailedPrecondition, "HOLD_ALREADY_VOIDED");
    }
}

#[tokio::test]
async fn nobody_else_does() {
    let service = TestService::<Mint>::start().await;
    let (_, _, _, _, hold) = promised(&service).await;
    let refused = mint(&service.student("carol")).void_hold(void_of(&hold)).await;
    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn one_whose_time_is_over_is_freed_by_that() {
    let service = TestService::<Mint>::start().await;
    let (alice, from, _, _, hold) = promised(&service).await;
    expire(&service).await;
    assert_refused(&mint(&alice).void_hold(void_of(&hold)).await, Code::FailedPrecondition, "HOLD_EXPIRED");
    assert_eq!(wallet(&alice, &from).await.held, "0");
}

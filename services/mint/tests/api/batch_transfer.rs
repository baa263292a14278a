use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{BatchItem, BatchTransferRequest, BatchTransferResponse};
use shared::testing::{Outcome, TestService, assert_fields, new_id};

use crate::{mint, wallet, wallet_in, wallet_with};

pub fn item(amount: &str, from: &str, to: &str, linked: bool) -> BatchItem {
    BatchItem {
        from_wallet_id: from.into(),
        to_wallet_id: to.into(),
        amount: amount.into(),
        memo: String::new(),
        linked,
    }
}

pub fn batch(transfers: Vec<BatchItem>) -> BatchTransferRequest {
    BatchTransferRequest { request_id: new_id(), transfers }
}

fn reasons(answer: &BatchTransferResponse) -> Vec<&str> {
    answer.verdicts.iter().map(|verdict| verdict.reason.as_str()).collect()
}

#[tokio::test]
async fn each_sees_the_effect_of_those_before_and_has_a_verdict_of_its_own() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;
    let request = batch(vec![
        item("6", &from, &to, false),
        item("5", &from, &to, false),
        item("1", &to, &from, false),
        item("4", &from, &to, false),
    ]);
    let answer = mint(&alice).batch_transfer(request.clone()).await.unwrap().into_inner();
    assert_eq!(reasons(&answer), ["", "INSUFFICIENT_FUNDS", "NOT_FOUND", ""]);
    assert_eq!(answer.verdicts[1].message, "available 4, wanted 5");
    assert!(answer.verdicts[1].transaction.is_none());
    let numbers: Vec<i64> = answer.verdicts.iter().flat_map(|one| &one.transaction).map(|one| one.seq).collect();
    assert_eq!(numbers[1] - numbers[0], 1, "what is refused takes no number");
    assert_eq!((wallet(&alice, &from).await.balance, wallet(&bob, &to).await.balance), ("0".into(), "10".into()));
    service.audit_ends_with("mint.transfer.batch", Outcome::Ok, &alice).await;

    let again = mint(&alice).batch_transfer(request).await.unwrap().into_inner();
    assert_eq!(again, answer);
}

#[tokio::test]
async fn linked_ones_stand_or_fall_together() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob, carol) = (service.student("alice"), service.student("bob"), service.student("carol"));
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;
    let third = wallet_in(&carol, Currency::Azr).await.id;
    let request = batch(vec![
        item("3", &from, &to, true),
        item("8", &from, &third, true),
        item("1", &from, &to, false),
        item("2", &from, &to, true),
        item("7", &from, &third, false),
        item("1", &from, &to, false),
    ]);
    let answer = mint(&alice).batch_transfer(request).await.unwrap().into_inner();
    assert_eq!(reasons(&answer), ["GROUP_REFUSED", "INSUFFICIENT_FUNDS", "GROUP_REFUSED", "", "", ""]);
    let group = |place: usize| answer.verdicts[place].transaction.as_ref().unwrap().group_id.clone();
    assert!(!group(3).is_empty() && group(3) == group(4));
    assert_eq!(group(5), "", "it stands alone");
    let balances = [wallet(&alice, &from).await, wallet(&bob, &to).await, wallet(&carol, &third).await];
    assert_eq!(balances.map(|wallet| wallet.balance), ["0", "3", "7"]);
}

#[tokio::test]
async fn five_hundred_go_at_once_and_not_one_more() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let from = wallet_with(&service, &alice, "500").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;
    let many = |count: usize| batch((0..count).map(|_| item("1", &from, &to, false)).collect());
    assert_fields(&mint(&alice).batch_transfer(many(501)).await, &["transfers"]);
    assert_fields(&mint(&alice).batch_transfer(many(0)).await, &["transfers"]);
    let answer = mint(&alice).batch_transfer(many(500)).await.unwrap().into_inner();
    assert!(answer.verdicts.iter().all(|verdict| verdict.transaction.is_some()));
    assert_eq!(wallet(&bob, &to).await.balance, "500");
}

#[tokio::test]
async fn bad_fields_are_named_by_their_places() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let (one, other) = (new_id(), new_id());
    let request =
        batch(vec![item("0", &one, &other, false), item("1", &one, &one, false), item("1", "x", &other, true)]);
    let refused = mint(&alice).batch_transfer(request).await;
    assert_fields(
        &refused,
        &["transfers[0].amount", "transfers[1]", "transfers[2].from_wallet_id", "transfers[2].linked"],
    );
}

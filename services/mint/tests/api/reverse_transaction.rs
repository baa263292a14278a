use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{MintTokensRequest, ReverseTransactionRequest, Transaction, TransactionType};
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{mint, tokens, transfer_of, wallet, wallet_in, wallet_with};

pub fn reversal_of(transaction: &str, amount: &str) -> ReverseTransactionRequest {
    ReverseTransactionRequest {
        request_id: new_id(),
        transaction_id: transaction.into(),
        amount: amount.into(),
        reason: "sent by mistake".into(),
    }
}

async fn moved(user: &TestUser, amount: &str, from: &str, to: &str) -> Transaction {
    mint(user).transfer(transfer_of(amount, from, to)).await.unwrap().into_inner().transaction.unwrap()
}

#[tokio::test]
async fn parts_are_taken_back_until_nothing_is_left() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob, root) = (service.student("alice"), service.student("bob"), service.admin("root"));
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;
    let sent = moved(&alice, "6", &from, &to).await;

    let back = mint(&root).reverse_transaction(reversal_of(&sent.id, "2")).await.unwrap().into_inner();
    let back = back.transaction.unwrap();
    assert_eq!(
        (back.r#type(), back.reverses_id.as_str(), back.amount.as_str()),
        (TransactionType::Reversal, sent.id.as_str(), "2")
    );
    assert_eq!((back.debit_wallet_id.as_str(), back.credit_wallet_id.as_str()), (to.as_str(), from.as_str()));
    service.audit_ends_with("mint.transaction.reverse", Outcome::Ok, &root).await;

    let more = mint(&root).reverse_transaction(reversal_of(&sent.id, "4.00000001")).await;
    assert_refused(&more, Code::FailedPrecondition, "NOT_REVERSIBLE");
    mint(&root).reverse_transaction(reversal_of(&sent.id, "")).await.unwrap();
    let nothing_left = mint(&root).reverse_transaction(reversal_of(&sent.id, "")).await;
    assert_refused(&nothing_left, Code::FailedPrecondition, "NOT_REVERSIBLE");
    let again = mint(&root).reverse_transaction(reversal_of(&back.id, "")).await;
    assert_refused(&again, Code::FailedPrecondition, "NOT_REVERSIBLE");
    assert_eq!((wallet(&alice, &from).await.balance, wallet(&bob, &to).await.balance), ("10".into(), "0".into()));
}

#[tokio::test]
async fn what_has_been_spent_is_not_taken_back() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob, root) = (service.student("alice"), service.student("bob"), service.admin("root"));
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;
    let sent = moved(&alice, "6", &from, &to).await;
    moved(&bob, "1", &to, &from).await;
    let refused = mint(&root).reverse_transaction(reversal_of(&sent.id, "")).await;
    assert_refused(&refused, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
}

#[tokio::test]
async fn a_reward_that_is_taken_back_was_not_earned() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let id = wallet_in(&alice, Currency::Azr).await.id;
    let reward = MintTokensRequest { r#type: TransactionType::Reward.into(), ..tokens(&id, "5") };
    let reward = mint(&root).mint_tokens(reward).await.unwrap().into_inner().transaction.unwrap();
    mint(&root).reverse_transaction(reversal_of(&reward.id, "2")).await.unwrap();
    let has = wallet(&alice, &id).await;
    assert_eq!((has.balance.as_str(), has.earned.as_str()), ("3", "3"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_take_back_no_more_than_it_was() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob, root) = (service.student("alice"), service.student("bob"), service.admin("root"));
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_with(&service, &bob, "100").await;
    let sent = moved(&alice, "6", &from, &to).await;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (mut client, request) = (mint(&root), reversal_of(&sent.id, "1"));
        asking.spawn(async move { client.reverse_transaction(request).await.is_ok() });
    }
    assert_eq!(asking.join_all().await.into_iter().filter(|done| *done).count(), 6);
    assert_eq!(wallet(&alice, &from).await.balance, "10");
}

#[tokio::test]
async fn only_administrators_do_and_only_what_is_there() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let refused = mint(&alice).reverse_transaction(reversal_of(&new_id(), "")).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    let root = service.admin("root");
    let nothing = mint(&root).reverse_transaction(reversal_of(&new_id(), "")).await;
    assert_refused(&nothing, Code::NotFound, "NOT_FOUND");
    let bad = ReverseTransactionRequest { reason: String::new(), ..reversal_of("x", "0") };
    assert_fields(&mint(&root).reverse_transaction(bad).await, &["transaction_id", "amount", "reason"]);
}

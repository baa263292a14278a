use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{DepositRequest, DepositResponse, ExternalDirection, TransactionType};
use shared::testing::{Outcome, TestService, TestUser, assert_refused, new_id};
use tonic::{Code, Response, Status};

use crate::external::{is_guarded, outside};
use crate::{mint, wallet, wallet_in};

pub fn deposit_of(amount: &str, wallet: &str, reference: &str) -> DepositRequest {
    DepositRequest {
        request_id: new_id(),
        wallet_id: wallet.into(),
        amount: amount.into(),
        external_reference: reference.into(),
        reason: String::new(),
    }
}

#[tokio::test]
async fn what_has_arrived_outside_comes_in_once() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let id = wallet_in(&alice, Currency::Usd).await.id;
    let outside = outside(Currency::Usd);
    let came = mint(&root).deposit(deposit_of("25.5", &id, "bank/1")).await.unwrap().into_inner().transaction.unwrap();
    assert_eq!((came.r#type(), came.external_direction()), (TransactionType::Payment, ExternalDirection::In));
    assert_eq!((came.external_reference.as_str(), came.debit_wallet_id.as_str()), ("bank/1", outside.as_str()));
    service.audit_ends_with("mint.deposit.deposit", Outcome::Ok, &root).await;
    let again = mint(&root).deposit(deposit_of("25.5", &id, "bank/1")).await;
    assert_refused(&again, Code::AlreadyExists, "EXTERNAL_REFERENCE_USED");
    // The same name means another thing in another currency.
    let coins = wallet_in(&alice, Currency::Btc).await.id;
    mint(&root).deposit(deposit_of("1", &coins, "bank/1")).await.unwrap();
    assert_eq!(wallet(&alice, &id).await.balance, "25.5");
    assert_eq!(wallet(&root, &outside).await.balance, "-25.5");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_under_one_name_are_one() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let id = wallet_in(&alice, Currency::Usd).await.id;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (mut client, request) = (mint(&root), deposit_of("1", &id, "bank/1"));
        asking.spawn(async move { client.deposit(request).await.is_ok() });
    }
    assert_eq!(asking.join_all().await.into_iter().filter(|done| *done).count(), 1);
    assert_eq!(wallet(&alice, &id).await.balance, "1");
}

async fn deposited(
    user: &TestUser,
    amount: &str,
    wallet: &str,
    reference: &str,
) -> Result<Response<DepositResponse>, Status> {
    mint(user).deposit(deposit_of(amount, wallet, reference)).await
}

#[tokio::test]
async fn only_administrators_do_and_every_bad_field_is_named() {
    is_guarded(deposited).await;
}

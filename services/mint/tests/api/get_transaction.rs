use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{GetTransactionRequest, Transaction};
use shared::testing::{TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{mint, transfer_of, wallet_in, wallet_with};

/// A transfer from alice to bob.
async fn transfer(service: &TestService<Mint>, alice: &TestUser, bob: &TestUser) -> Transaction {
    let from = wallet_with(service, alice, "10").await;
    let to = wallet_in(bob, Currency::Azr).await.id;
    mint(alice).transfer(transfer_of("1", &from, &to)).await.unwrap().into_inner().transaction.unwrap()
}

#[tokio::test]
async fn both_sides_an_admin_and_a_service_see_a_transaction() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let moved = transfer(&service, &alice, &bob).await;

    for reader in [alice, bob, service.admin("root"), service.service("forge")] {
        let request = GetTransactionRequest { transaction_id: moved.id.clone() };
        let seen = mint(&reader).get_transaction(request).await.unwrap().into_inner().transaction.unwrap();
        assert_eq!(seen, moved);
    }
}

#[tokio::test]
async fn a_transaction_between_others_is_not_found() {
    let service = TestService::<Mint>::start().await;
    let carol = service.student("carol");
    wallet_in(&carol, Currency::Azr).await;
    let moved = transfer(&service, &service.student("alice"), &service.student("bob")).await;

    for id in [moved.id, new_id()] {
        let refused = mint(&carol).get_transaction(GetTransactionRequest { transaction_id: id }).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let service = TestService::<Mint>::start().await;

    let request = GetTransactionRequest { transaction_id: "last".into() };
    let refused = mint(&service.student("alice")).get_transaction(request).await;

    assert_fields(&refused, &["transaction_id"]);
}

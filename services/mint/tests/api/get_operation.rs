use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{BatchItem, BatchTransferRequest, GetOperationRequest, GetOperationResponse};
use shared::testing::{TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::{Code, Response, Status};

use crate::{mint, transfer_of, wallet_in, wallet_with};

async fn asked(user: &TestUser, operation: &str) -> Result<Response<GetOperationResponse>, Status> {
    mint(user).get_operation(GetOperationRequest { operation_id: operation.into() }).await
}

#[tokio::test]
async fn whoever_asked_is_told_what_became_of_it_and_nobody_else() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;
    let (good, bad) = (transfer_of("6", &from, &to), transfer_of("5", &from, &to));
    let moved = mint(&alice).transfer(good.clone()).await.unwrap().into_inner().transaction.unwrap();
    mint(&alice).transfer(bad.clone()).await.unwrap_err();

    let posted = asked(&alice, &good.request_id).await.unwrap().into_inner();
    assert_eq!((posted.reason.as_str(), posted.method.as_str()), ("", "/azora.mint.v1.MintService/Transfer"));
    assert_eq!(posted.transactions, [moved]);
    let refused = asked(&alice, &bad.request_id).await.unwrap().into_inner();
    assert_eq!((refused.reason.as_str(), refused.transactions.len()), ("INSUFFICIENT_FUNDS", 0));
    for (user, id) in [(&bob, good.request_id), (&alice, new_id())] {
        assert_refused(&asked(user, &id).await, Code::NotFound, "NOT_FOUND");
    }
    assert_fields(&asked(&alice, "x").await, &["operation_id"]);
}

#[tokio::test]
async fn a_list_of_transfers_is_one_request() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;
    let item = |amount: &str| BatchItem {
        from_wallet_id: from.clone(),
        to_wallet_id: to.clone(),
        amount: amount.into(),
        ..BatchItem::default()
    };
    let request = BatchTransferRequest { request_id: new_id(), transfers: vec![item("1"), item("11"), item("2")] };
    mint(&alice).batch_transfer(request.clone()).await.unwrap();
    let told = asked(&alice, &request.request_id).await.unwrap().into_inner();
    let amounts: Vec<&str> = told.transactions.iter().map(|one| one.amount.as_str()).collect();
    assert_eq!((told.reason.as_str(), amounts), ("", vec!["1", "2"]));
}

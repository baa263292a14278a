use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::CreateWalletRequest;
use shared::testing::{Outcome, TestService, assert_refused, new_id};
use tonic::Code;

use crate::mint;

fn azr_wallet() -> CreateWalletRequest {
    CreateWalletRequest { request_id: new_id(), currency: Currency::Azr.into(), ..Default::default() }
}

#[tokio::test]
async fn a_wallet_opens_empty() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");

    let opened = mint(&alice).create_wallet(azr_wallet()).await.unwrap().into_inner().wallet.unwrap();

    assert_eq!((opened.balance.as_str(), opened.currency()), ("0", Currency::Azr));
    assert_eq!(opened.user_id, alice.id.to_string());
    service.audit_ends_with("mint.wallet.create", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn a_second_wallet_in_the_same_currency_is_refused() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    mint(&alice).create_wallet(azr_wallet()).await.unwrap();

    let second = mint(&alice).create_wallet(azr_wallet()).await;

    assert_refused(&second, Code::AlreadyExists, "WALLET_EXISTS");
    service.audit_ends_with("mint.wallet.create", Outcome::Refused, &alice).await;
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");

    let refused = mint(&alice)
        .create_wallet(CreateWalletRequest { request_id: "x".into(), currency: 99, user_id: "y".into() })
        .await;

    shared::testing::assert_fields(&refused, &["request_id", "currency", "user_id"]);
}

#[tokio::test]
async fn nobody_opens_a_wallet_for_somebody_else() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));

    let refused = mint(&alice).create_wallet(CreateWalletRequest { user_id: bob.id.to_string(), ..azr_wallet() }).await;

    assert_refused(&refused, Code::PermissionDenied, "NOT_OWNER");
}

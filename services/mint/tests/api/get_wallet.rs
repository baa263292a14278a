use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::GetWalletRequest;
use shared::testing::{TestService, assert_fields, assert_refused};
use tonic::Code;

use crate::{mint, wallet, wallet_in};

#[tokio::test]
async fn the_owner_an_admin_and_a_service_see_a_wallet() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let opened = wallet_in(&alice, Currency::Azr).await;

    for reader in [&alice, &service.admin("root"), &service.service("forge")] {
        assert_eq!(wallet(reader, &opened.id).await, opened);
    }
}

#[tokio::test]
async fn a_wallet_of_somebody_else_is_not_found() {
    let service = TestService::<Mint>::start().await;
    let opened = wallet_in(&service.student("alice"), Currency::Azr).await;

    let refused = mint(&service.student("bob")).get_wallet(GetWalletRequest { wallet_id: opened.id }).await;

    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let service = TestService::<Mint>::start().await;

    let refused = mint(&service.student("alice")).get_wallet(GetWalletRequest { wallet_id: "mine".into() }).await;

    assert_fields(&refused, &["wallet_id"]);
}

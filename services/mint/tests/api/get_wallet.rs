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
async fn each_of_many_callers_at_once_gets_their_own_and_nobody_elses() {
    let service = TestService::<Mint>::start().await;
    let mut asking = tokio::task::JoinSet::new();
    let stranger = service.student("stranger");
    for name in 0..40 {
        let owner = service.student(&format!("owner {name}"));
        let opened = wallet_in(&owner, Currency::Azr).await;
        for _ in 0..5 {
            let (owner, stranger, opened) = (owner.clone(), stranger.clone(), opened.clone());
            asking.spawn(async move {
                assert_eq!(wallet(&owner, &opened.id).await, opened);
                let refused = mint(&stranger).get_wallet(GetWalletRequest { wallet_id: opened.id }).await;
                assert_refused(&refused, Code::NotFound, "NOT_FOUND");
            });
        }
    }
    while let Some(asked) = asking.join_next().await {
        asked.unwrap();
    }
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let service = TestService::<Mint>::start().await;

    let refused = mint(&service.student("alice")).get_wallet(GetWalletRequest { wallet_id: "mine".into() }).await;

    assert_fields(&refused, &["wallet_id"]);
}

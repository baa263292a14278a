use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::ListWalletsRequest;
use shared::testing::{TestService, assert_refused};
use tonic::Code;

use crate::{mint, wallet_in};

#[tokio::test]
async fn the_callers_wallets_come_newest_first() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let first = wallet_in(&alice, Currency::Azr).await;
    let second = wallet_in(&alice, Currency::Usd).await;
    wallet_in(&bob, Currency::Azr).await;

    let listed = mint(&alice).list_wallets(ListWalletsRequest::default()).await.unwrap().into_inner();

    assert_eq!(listed.wallets, [second, first]);
    assert_eq!(listed.next_page_token, "");
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_ended() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let first = wallet_in(&alice, Currency::Azr).await;
    let second = wallet_in(&alice, Currency::Usd).await;

    let one = ListWalletsRequest { page_size: 1, ..Default::default() };
    let page = mint(&alice).list_wallets(one.clone()).await.unwrap().into_inner();
    assert_eq!(page.wallets, [second]);
    let rest = ListWalletsRequest { page_token: page.next_page_token, ..one };
    let page = mint(&alice).list_wallets(rest).await.unwrap().into_inner();
    assert_eq!((page.wallets, page.next_page_token.as_str()), (vec![first], ""));
}

#[tokio::test]
async fn only_admins_and_services_name_somebody_else() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let opened = wallet_in(&alice, Currency::Azr).await;
    let of_alice = ListWalletsRequest { user_id: alice.id.to_string(), ..Default::default() };

    let by_admin = mint(&service.admin("root")).list_wallets(of_alice.clone()).await.unwrap().into_inner();
    let by_bob = mint(&bob).list_wallets(of_alice).await;

    assert_eq!(by_admin.wallets, [opened]);
    assert_refused(&by_bob, Code::PermissionDenied, "NOT_OWNER");
}

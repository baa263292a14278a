use mint::Mint;
use proto::azora::mint::v1::{ListStakesRequest, StakeStatus, UnstakeRequest};
use shared::testing::{TestService, assert_refused, new_id};
use tonic::Code;

use crate::stake::staked;
use crate::{mint, wallet_with};

#[tokio::test]
async fn the_callers_stakes_come_newest_first_page_by_page() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let id = wallet_with(&service, &alice, "100").await;
    let mut made = Vec::new();
    for amount in ["1", "2", "3"] {
        made.insert(0, staked(&alice, amount, &id, 30).await);
    }
    let first = ListStakesRequest { page_size: 2, ..Default::default() };
    let first = mint(&alice).list_stakes(first).await.unwrap().into_inner();
    let second = ListStakesRequest { page_size: 2, page_token: first.next_page_token.clone(), ..Default::default() };
    let second = mint(&alice).list_stakes(second).await.unwrap().into_inner();
    assert_eq!([first.stakes, second.stakes].concat(), made);
    assert!(mint(&bob).list_stakes(ListStakesRequest::default()).await.unwrap().into_inner().stakes.is_empty());
}

#[tokio::test]
async fn they_can_be_narrowed_and_only_admins_and_services_name_somebody_else() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let id = wallet_with(&service, &alice, "100").await;
    let (one, other) = (staked(&alice, "1", &id, 30).await, staked(&alice, "2", &id, 30).await);
    let end = UnstakeRequest { request_id: new_id(), stake_id: one.id, forfeit_reward: true };
    mint(&alice).unstake(end).await.unwrap();
    let active = || ListStakesRequest {
        user_id: alice.id.to_string(),
        status: StakeStatus::Active.into(),
        ..Default::default()
    };
    let listed = mint(&service.admin("root")).list_stakes(active()).await.unwrap().into_inner().stakes;
    assert_eq!(listed, [other]);
    assert_refused(&mint(&bob).list_stakes(active()).await, Code::PermissionDenied, "NOT_OWNER");
}

use mint::Mint;
use proto::azora::mint::v1::{StakeStatus, UnstakeRequest};
use shared::testing::{Outcome, TestService, assert_refused, new_id};
use tonic::Code;

use crate::stake::{mature, pool, sound, staked};
use crate::{mint, wallet, wallet_with};

fn unstake_of(stake: &str, forfeit_reward: bool) -> UnstakeRequest {
    UnstakeRequest { request_id: new_id(), stake_id: stake.into(), forfeit_reward }
}

#[tokio::test]
async fn at_the_end_principal_and_reward_come_back_once() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let id = wallet_with(&service, &alice, "1500").await;
    let stake = staked(&alice, "1000", &id, 30).await;
    mature(&service).await;
    let ended = mint(&alice).unstake(unstake_of(&stake.id, false)).await.unwrap().into_inner().stake.unwrap();
    assert_eq!((ended.status(), ended.ended_at.is_some()), (StakeStatus::Completed, true));
    let has = wallet(&alice, &id).await;
    assert_eq!((has.balance.as_str(), has.staked.as_str(), has.earned.as_str()), ("1504.10958904", "0", "4.10958904"));
    assert_eq!(pool(&service).await, ("-4.10958904".to_owned(), "0".to_owned()));
    service.audit_ends_with("mint.unstake.unstake", Outcome::Ok, &alice).await;
    let again = mint(&alice).unstake(unstake_of(&stake.id, false)).await;
    assert_refused(&again, Code::FailedPrecondition, "STAKE_NOT_ACTIVE");
    sound(&service).await;
}

#[tokio::test]
async fn before_the_end_it_is_locked_unless_the_reward_is_forfeited() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let id = wallet_with(&service, &alice, "1500").await;
    let stake = staked(&alice, "1000", &id, 30).await;
    let locked = mint(&alice).unstake(unstake_of(&stake.id, false)).await;
    assert_refused(&locked, Code::FailedPrecondition, "STAKE_LOCKED");
    let left = mint(&alice).unstake(unstake_of(&stake.id, true)).await.unwrap().into_inner().stake.unwrap();
    assert_eq!(left.status(), StakeStatus::Cancelled);
    let has = wallet(&alice, &id).await;
    assert_eq!((has.balance.as_str(), has.staked.as_str(), has.earned.as_str()), ("1500", "0", "0"));
    assert_eq!(pool(&service).await, ("0".to_owned(), "0".to_owned()));
    sound(&service).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_one_ends_it() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let id = wallet_with(&service, &alice, "1000").await;
    let stake = staked(&alice, "1000", &id, 365).await;
    mature(&service).await;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (mut client, request) = (mint(&alice), unstake_of(&stake.id, true));
        asking.spawn(async move { client.unstake(request).await.is_ok() });
    }
    assert_eq!(asking.join_all().await.into_iter().filter(|done| *done).count(), 1);
    assert_eq!(wallet(&alice, &id).await.balance, "1150", "at the end nothing is forfeited");
}

#[tokio::test]
async fn nobody_ends_a_stake_of_somebody_else() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let id = wallet_with(&service, &alice, "10").await;
    let stake = staked(&alice, "10", &id, 30).await;
    for stake in [stake.id, new_id()] {
        assert_refused(&mint(&bob).unstake(unstake_of(&stake, true)).await, Code::NotFound, "NOT_FOUND");
    }
}

use mint::Mint;
use mint::entity::stake as table;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{StakeRecord, StakeRequest, StakeStatus, VerifyLedgerRequest, WalletKind};
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{mint, system, wallet, wallet_in, wallet_with};

pub fn stake_of(amount: &str, wallet: &str, days: i32) -> StakeRequest {
    StakeRequest { request_id: new_id(), wallet_id: wallet.into(), amount: amount.into(), days }
}

pub async fn staked(user: &TestUser, amount: &str, wallet: &str, days: i32) -> StakeRecord {
    mint(user).stake(stake_of(amount, wallet, days)).await.unwrap().into_inner().stake.unwrap()
}

/// Lets the terms of all stakes be over.
pub async fn mature(service: &TestService<Mint>) {
    let past = |seconds| Expr::value(shared::clock::now() - chrono::Duration::seconds(seconds));
    let aged =
        table::Entity::update_many().col_expr(table::Column::StartAt, past(2)).col_expr(table::Column::EndAt, past(1));
    aged.exec(service.connection()).await.unwrap();
}

pub async fn pool(service: &TestService<Mint>) -> (String, String) {
    let id = system(WalletKind::RewardPool, Currency::Azr, "staking");
    let pool = wallet(&service.admin("root"), &id).await;
    (pool.balance, pool.held)
}

pub async fn sound(service: &TestService<Mint>) {
    let told = mint(&service.admin("root")).verify_ledger(VerifyLedgerRequest {}).await.unwrap().into_inner();
    assert!(told.sound, "{:?}", told.rules);
}

#[tokio::test]
async fn principal_and_promise_are_set_aside() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let id = wallet_with(&service, &alice, "1500").await;
    let stake = staked(&alice, "1000", &id, 0).await;
    assert_eq!((stake.amount.as_str(), stake.reward.as_str()), ("1000", "4.10958904"));
    assert_eq!((stake.rate_bp, stake.days, stake.status()), (500, 30, StakeStatus::Active));
    assert_eq!(stake.end_at.unwrap().seconds - stake.start_at.unwrap().seconds, 30 * 24 * 3600);
    let has = wallet(&alice, &id).await;
    assert_eq!((has.balance.as_str(), has.staked.as_str()), ("500", "1000"));
    assert_eq!(pool(&service).await, ("0".to_owned(), "4.10958904".to_owned()));
    service.audit_ends_with("mint.stake.stake", Outcome::Ok, &alice).await;
    sound(&service).await;
}

#[tokio::test]
async fn a_longer_term_earns_more() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let id = wallet_with(&service, &alice, "3000").await;
    for (days, rate_bp, reward) in [(89, 500, "12.19178082"), (90, 1000, "24.65753424"), (365, 1500, "150")] {
        let stake = staked(&alice, "1000", &id, days).await;
        assert_eq!((stake.rate_bp, stake.reward.as_str()), (rate_bp, reward));
    }
}

#[tokio::test]
async fn a_promise_that_the_pool_cannot_keep_is_not_made() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let id = wallet_with(&service, &alice, "400000000").await;
    // 15 % of 400 million for five years are three times the pool.
    let refused = mint(&alice).stake(stake_of("400000000", &id, 1825)).await;
    assert_refused(&refused, Code::ResourceExhausted, "SUPPLY_CAP_REACHED");
    let has = wallet(&alice, &id).await;
    assert_eq!((has.balance.as_str(), has.staked.as_str()), ("400000000", "0"));
    sound(&service).await;
}

#[tokio::test]
async fn too_little_too_much_and_what_is_not_ones_own_are_refused() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let id = wallet_with(&service, &alice, "10").await;
    let small = mint(&alice).stake(stake_of("0.99999999", &id, 30)).await;
    assert_refused(&small, Code::FailedPrecondition, "STAKE_TOO_SMALL");
    let large = mint(&alice).stake(stake_of("10.00000001", &id, 30)).await;
    assert_refused(&large, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
    assert_refused(&mint(&bob).stake(stake_of("1", &id, 30)).await, Code::NotFound, "NOT_FOUND");
    let coins = wallet_in(&alice, Currency::Btc).await.id;
    let other = mint(&alice).stake(stake_of("1", &coins, 30)).await;
    assert_refused(&other, Code::FailedPrecondition, "CURRENCY_MISMATCH");
    for days in [-1, 1826] {
        assert_fields(&mint(&alice).stake(stake_of("1", &id, days)).await, &["days"]);
    }
}

//! Claims of rewards for knowledge, at two processes on one database at once: an activity is paid for once, and neither a
//! day's cap nor the share of the supply is exceeded, also while one day turns into the next.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{Days, NaiveTime, TimeDelta};
use mint::Mint;
use mint::entity::{mining_day, mining_record};
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ActivityType, MintSource, MintTokensRequest, TransactionType, WalletKind};
use sea_orm::EntityTrait;
use shared::clock::{self, Time};
use shared::testing::{Chance, MovedClock, TestService, TestUser, reason_of, size, text};
use tokio::task::JoinSet;

use super::{COIN, CROWDED, client, wallets};
use crate::stake::sound;
use crate::submit_proof_of_knowledge::proof_of;
use crate::{mint, system, tokens, wallet, wallet_in};

const LEARNERS: usize = 8;
const IN_FLIGHT: usize = 64;
/// Worth 3, 6, 1 and 40 coins.
const ACTIVITIES: [ActivityType; 4] = [
    ActivityType::LessonCompletion,
    ActivityType::AssignmentSubmitted,
    ActivityType::DiscussionContribution,
    ActivityType::PeerTeaching,
];
/// What a learner is paid on one day at most, and what is left of the pool, for so many claims.
const CAP_COINS: i64 = 60;
const LEFT_COINS: i64 = 700;
const CLAIMS: i64 = 600;
const MINING_POOL_COINS: i64 = 300_000_000;

#[tokio::test]
async fn of_many_claims_of_one_activity_at_two_processes_one_is_paid() {
    let service = TestService::<Mint>::with_settings(CROWDED).await;
    let other = service.beside().await;
    let alice = service.student("alice");
    let id = wallet_in(&alice, Currency::Azr).await.id;
    let clients = [&service, &other].map(|process| client(&process.service("education")));
    let mut asking = JoinSet::new();
    for number in 0..size(200, 1_000) {
        let mut client = clients[number % 2].clone();
        let request = proof_of(&alice, ActivityType::LessonCompletion, "lesson/1");
        asking
            .spawn(async move { client.submit_proof_of_knowledge(request).await.map_err(|status| reason_of(&status)) });
    }
    let (paid, refused): (Vec<_>, Vec<_>) = asking.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!(paid.len(), 1);
    assert!(refused.iter().all(|said| said.as_ref().is_err_and(|reason| reason == "ALREADY_REWARDED")), "{refused:?}");
    assert_eq!(wallet(&alice, &id).await.balance, "3");
    sound(&service).await;
}

/// The midnight after the next one: the clock never has to go back for it.
fn midnight() -> Time {
    (clock::now().date_naive() + Days::new(2)).and_time(NaiveTime::MIN).and_utc()
}

/// Pays out of the mining pool until only so much is left of it.
async fn leave(service: &TestService<Mint>, left_coins: i64) {
    let sink = wallet_in(&service.student("sink"), Currency::Azr).await.id;
    let request = MintTokensRequest {
        r#type: TransactionType::Reward.into(),
        source: MintSource::Mining.into(),
        ..tokens(&sink, &(MINING_POOL_COINS - left_coins).to_string())
    };
    mint(&service.admin("root")).mint_tokens(request).await.unwrap();
}

#[tokio::test]
async fn caps_and_supply_hold_across_midnight_and_two_processes() {
    let mut chance = Chance::start();
    let clock = MovedClock::start();
    let claims = size(CLAIMS, 10 * CLAIMS);
    let (cap, left) = (CAP_COINS * claims / CLAIMS, LEFT_COINS * claims / CLAIMS);
    let settings = format!("{CROWDED}mining_daily_cap = \"{cap}\"");
    let service = TestService::<Mint>::with_settings(&settings).await;
    let other = service.beside().await;
    leave(&service, left).await;
    let midnight = midnight();
    clock.set(midnight - TimeDelta::minutes(10));
    let mut learners: Vec<(TestUser, String)> = Vec::new();
    for number in 0..LEARNERS {
        let user = service.student(&format!("learner {number}"));
        let wallet = wallet_in(&user, Currency::Azr).await.id;
        learners.push((user, wallet));
    }
    let clients = [&service, &other].map(|process| client(&process.service("education")));

    let (mut asking, mut said) = (JoinSet::new(), Vec::new());
    for number in 0..claims {
        if number == claims / 2 {
            // Many are on their way.
            clock.set(midnight + TimeDelta::seconds(1));
        }
        if asking.len() == IN_FLIGHT {
            said.extend(asking.join_next().await.map(Result::unwrap));
        }
        let activity = ACTIVITIES[chance.place(ACTIVITIES.len())];
        let (learner, _) = &learners[chance.place(LEARNERS)];
        let request = proof_of(learner, activity, &format!("number {}", chance.number(0..=claims / 16)));
        let mut client = clients[chance.place(2)].clone();
        asking.spawn(async move {
            let answer = client.submit_proof_of_knowledge(request).await;
            answer.map(|answer| answer.into_inner().record.unwrap().id).map_err(|status| reason_of(&status))
        });
    }
    said.extend(asking.join_all().await);

    let refused: BTreeSet<&str> = said.iter().filter_map(|said| said.as_ref().err()).map(String::as_str).collect();
    assert_eq!(refused, BTreeSet::from(["ALREADY_REWARDED", "DAILY_CAP_REACHED", "SUPPLY_CAP_REACHED"]));
    let told: HashSet<String> = said.into_iter().filter_map(Result::ok).collect();
    let records = mining_record::Entity::find().all(service.reader()).await.unwrap();
    assert_eq!(records.iter().map(|record| record.id.to_string()).collect::<HashSet<_>>(), told);
    let mut days = BTreeMap::<(String, String), i64>::new();
    for record in &records {
        let key = (record.wallet_id.to_string(), clock::day(record.mined_at));
        *days.entry(key).or_default() += record.tokens_earned.units();
    }
    assert!(days.values().all(|paid| *paid <= cap * COIN), "more than {cap} a day: {days:?}");
    assert_eq!(days.keys().map(|(_, day)| day).collect::<BTreeSet<_>>().len(), 2, "both days have been paid for");
    let mut counted = BTreeMap::new();
    for row in mining_day::Entity::find().all(service.reader()).await.unwrap() {
        let owner = learners.iter().find(|(user, _)| user.id == row.user_id).unwrap();
        counted.insert((owner.1.clone(), row.day), row.paid.units());
    }
    assert_eq!(counted, days);

    let rows = wallets(&service).await;
    for (_, wallet) in &learners {
        let paid: i64 = days.iter().filter(|((of, _), _)| of == wallet).map(|(_, paid)| paid).sum();
        assert_eq!(rows[wallet].balance.to_string(), text(paid));
    }
    let pool = &rows[&system(WalletKind::RewardPool, Currency::Azr, "mining")];
    let unpaid = pool.balance.units() - pool.floor.unwrap().units();
    assert_eq!(unpaid + days.values().sum::<i64>(), left * COIN);
    assert!((0..40 * COIN).contains(&unpaid), "what was refused would not have fitted: {unpaid}");
    sound(&service).await;
}

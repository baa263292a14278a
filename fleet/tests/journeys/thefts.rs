//! A refresh token that somebody copied ends its session, in all nine services, whoever uses the copy first.

use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use proto::azora::auth::v1::Tokens;
use shared::testing::Place;
use tokio::task::JoinSet;

use crate::operator::fleet;
use crate::people::{PASSWORD, People, alone};
use crate::seeded::Fleet;

const THEFTS: usize = 200;
const AT_ONCE: usize = 20;
/// Beyond the grace of one second that the fleet is started with.
const GRACE_IS_OVER: Duration = Duration::from_millis(2100);

/// One theft: how long the session's newest access token was taken after the copy was used.
async fn theft(people: &People, number: usize) -> Duration {
    let email = format!("victim{number}@example.org");
    people.register(&email).await;
    let first = people.log_in(&email, PASSWORD).await;
    let (copy, newest) = script(people, number, first).await;
    assert_eq!(people.let_in(&newest.access_token).await, 9, "the session is alive before the copy is used");
    tokio::time::sleep(GRACE_IS_OVER).await;
    let since = Instant::now();
    people.refresh(&copy).await.expect_err("a superseded token works");
    people.refresh(&newest.refresh_token).await.expect_err("the session goes on");
    people.dead_everywhere(&newest.access_token, since).await
}

/// The copy that is used too late, and the newest tokens of the session.
async fn script(people: &People, number: usize, first: Tokens) -> (String, Tokens) {
    let copied = first.refresh_token;
    // Whoever is first: the thief or the owner, the other's token is the superseded one.
    let second = people.refresh(&copied).await.expect("the newest");
    if number.is_multiple_of(3) {
        return (copied, second);
    }
    let third = people.refresh(&second.refresh_token).await.expect("the newest");
    // The one before, or one that is two behind.
    (if number % 3 == 1 { second.refresh_token } else { copied }, third)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_copy_that_is_used_ends_its_session_everywhere() {
    let _alone = alone().await;
    let place = Place::new().await;
    let mut command = fleet(&place, &["up", "--migrate", "--port-base", "0"]);
    command.env("AZORA_AUTH_REFRESH_GRACE_SECONDS", "1").stderr(Stdio::null());
    let running = Fleet::started(&mut command);
    let people = Arc::new(People::of(&running, &place).await);
    let mut longest = Duration::ZERO;
    for round in 0..THEFTS / AT_ONCE {
        let mut thefts = JoinSet::new();
        for number in round * AT_ONCE..(round + 1) * AT_ONCE {
            let people = Arc::clone(&people);
            thefts.spawn(async move { theft(&people, number).await });
        }
        longest = thefts.join_all().await.into_iter().max().unwrap_or_default().max(longest);
    }
    println!("{THEFTS} thefts: every session dead in all nine services, the last after {} ms", longest.as_millis());
}

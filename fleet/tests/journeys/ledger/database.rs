//! Postgres dies, and the network between it and mint is bad: what has been committed is there once, and nothing that may have
//! been committed is ever answered as failed.

use std::time::{Duration, Instant};

use shared::testing::fault_proxy::{Fault, FaultProxy, Way};
use shared::testing::{Place, postgres, size};
use tokio::time::sleep;

use super::PATIENT;
use super::bank::{Bank, Patience, Tally};
use super::cluster::Cluster;
use crate::people::{alone, started};
use crate::seeded::Fleet;

/// What a caller may be told while the database is away, the last where it is that of auth as well.
const AWAY: [&str; 4] = [
    "Unavailable DATABASE_UNAVAILABLE",
    "Unavailable OUTCOME_UNKNOWN",
    "DeadlineExceeded DEADLINE_EXCEEDED",
    "Unavailable REVOCATIONS_STALE",
];

/// Nobody was told anything else.
fn only(tally: &Tally, expected: &[&str]) {
    let others: Vec<&String> = tally.complaints.iter().filter(|told| !expected.contains(&told.as_str())).collect();
    assert!(others.is_empty(), "{others:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_postgres_commits_is_there_once_whatever_befalls_it() {
    if postgres().is_none() {
        return;
    }
    let _alone = alone().await;
    let mut cluster = Cluster::start(&[]).await;
    let proxy = FaultProxy::start(cluster.address()).await;
    let place = Place::on(&cluster.url());
    let through = format!("postgres://postgres@{}/azora_mint?sslmode=disable", proxy.address);
    let running = started(&place, &[PATIENT, ("AZORA_MINT_DATABASE_URL", through.as_str())]);
    let mut bank = Bank::open(&running, &place).await;

    killed(&mut bank, &running, &mut cluster).await;
    unheard_commits(&mut bank, &running, &proxy).await;
    cut_and_paused(&mut bank, &running, &proxy).await;
}

async fn killed(bank: &mut Bank<'_>, running: &Fleet, cluster: &mut Cluster) {
    let mut longest = Duration::ZERO;
    for _ in 0..size(5, 50) {
        let paying = bank.pay(running, Patience::UntilTold, "kill");
        let moment = u64::try_from(50 + bank.chance.place(400)).expect("small");
        sleep(Duration::from_millis(moment)).await;
        cluster.kill();
        cluster.restart().await;
        longest = longest.max(bank.served_again(running, "kill").await);
        bank.end(paying).await;
    }
    let tally = bank.judge(running).await;
    println!("Postgres killed: {} unheard of, served again within {longest:?}", tally.unheard);
    assert!(tally.unheard > 0, "nobody noticed: {tally:?}");
    only(&tally, &AWAY);
}

/// The batch is in, and mint is not told: it asks again, finds it, and answers.
async fn unheard_commits(bank: &mut Bank<'_>, running: &Fleet, proxy: &FaultProxy) {
    let before = proxy.cut();
    proxy.set(Fault::CutCommit { one_in: 3 });
    let paying = bank.pay(running, Patience::UntilTold, "commit");
    let since = Instant::now();
    while proxy.cut() < before + size(10, 200) {
        assert!(since.elapsed() < Duration::from_mins(5), "no commit came by");
        sleep(Duration::from_millis(20)).await;
    }
    proxy.set(Fault::None);
    bank.end(paying).await;
    let tally = bank.judge(running).await;
    println!("{} answers to COMMIT were lost", proxy.cut() - before);
    assert_eq!(tally.unheard, 0, "somebody was told of a failure: {tally:?}");
    assert!(tally.posted > 0, "{tally:?}");
}

async fn cut_and_paused(bank: &mut Bank<'_>, running: &Fleet, proxy: &FaultProxy) {
    let pause = size(Duration::from_secs(1), Duration::from_secs(30));
    for (fault, cut, during) in [
        (Fault::HalfOpen, false, "pause"),
        (Fault::Delay(pause / 20), false, "delay"),
        (Fault::Refuse, true, "cut"),
        (Fault::HalfOpen, true, "pause that ends in a cut"),
        // What went lost never comes: such a connection is of no use any more.
        (Fault::Swallow(Way::ToClient), true, "swallowed answers"),
        (Fault::Swallow(Way::ToServer), true, "swallowed statements"),
    ] {
        let paying = bank.pay(running, Patience::UntilTold, during);
        sleep(Duration::from_millis(100)).await;
        proxy.set(fault);
        if fault == Fault::Refuse {
            proxy.hang_up();
        }
        sleep(pause).await;
        if cut {
            proxy.hang_up();
        }
        proxy.set(Fault::None);
        let relief = bank.served_again(running, during).await;
        println!("{during}: served again after {relief:?}");
        bank.end(paying).await;
    }
    let tally = bank.judge(running).await;
    assert!(tally.unheard > 0, "nobody noticed: {tally:?}");
    only(&tally, &AWAY);
}

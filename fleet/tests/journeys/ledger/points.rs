//! The process ends at a named place of its work: nobody has heard of it, and it is there once or not at all.

use std::time::{Duration, Instant};

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::CreateWalletRequest;
use shared::testing::{Place, assert_refused, new_id, size};
use tonic::Code;

use super::PATIENT;
use super::bank::{Bank, Patience, mint};
use crate::people::{alone, started};
use crate::seeded::Fleet;

/// The places of a batch of mint.
const BATCH: [&str; 5] = ["before_claims", "after_locks", "after_inserts", "at_commit", "after_commit"];
/// The places of a single change, and the wallet that is opened at each.
const MUTATE: [(&str, Currency); 4] = [
    ("before_claims", Currency::Btc),
    ("after_inserts", Currency::Eth),
    ("at_commit", Currency::Usd),
    ("after_commit", Currency::Btc),
];
/// At one of the first so many batches.
const SOON: usize = 12;
/// For a process to come by a place.
const PATIENCE: Duration = Duration::from_secs(30);

/// A fleet that ends at a place.
fn doomed(place: &Place, point: &str) -> Fleet {
    started(place, &[PATIENT, ("FAILPOINTS", point)])
}

async fn died(mut running: Fleet, point: &str) {
    let since = Instant::now();
    while !running.has_ended() {
        assert!(since.elapsed() < PATIENCE, "it lives on at {point}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_dies_anywhere_is_there_once_or_not_at_all() {
    let _alone = alone().await;
    let rounds = size(2, 20);
    let place = Place::new().await;
    let running = started(&place, &[PATIENT]);
    let mut bank = Bank::open(&running, &place).await;
    drop(running);
    for _ in 0..rounds {
        for name in BATCH {
            let point = format!("mint.batch.{name}=exit@{}", 1 + bank.chance.place(SOON));
            let running = doomed(&place, &point);
            let paying = bank.pay(&running, Patience::UntilLost, name);
            died(running, &point).await;
            bank.end_of_all(paying).await;
        }
    }
    let running = started(&place, &[PATIENT]);
    let tally = bank.judge(&running).await;
    // What has been committed before its answer could go out is on the books, whatever its sender believes.
    assert!(tally.found["after_commit"] >= rounds, "{tally:?}");
    for name in BATCH {
        assert!(tally.found.contains_key(name), "everybody was answered around {name}: {tally:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_dies_anywhere_is_there_once_or_not_at_all() {
    let _alone = alone().await;
    let place = Place::new().await;
    let running = started(&place, &[PATIENT]);
    let bank = Bank::open(&running, &place).await;
    drop(running);
    let mut asked = Vec::new();
    for ((name, currency), owner) in MUTATE.into_iter().zip(bank.owners.iter()) {
        let point = format!("mint.mutate.{name}=exit");
        let running = doomed(&place, &point);
        let request = CreateWalletRequest { request_id: new_id(), currency: currency.into(), ..Default::default() };
        mint(&running, &owner.bearer).create_wallet(request.clone()).await.expect_err("nobody is left to answer");
        died(running, &point).await;
        asked.push((owner, request));
    }
    let running = started(&place, &[PATIENT]);
    for (owner, request) in asked {
        let mut mint = mint(&running, &owner.bearer);
        mint.create_wallet(request.clone()).await.expect("a repeat is answered");
        let again = CreateWalletRequest { request_id: new_id(), ..request };
        assert_refused(&mint.create_wallet(again).await, Code::AlreadyExists, "WALLET_EXISTS");
    }
}

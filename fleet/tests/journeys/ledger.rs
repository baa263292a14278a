//! Money over sudden deaths: what was answered is on the books once, what was refused is not, and what nobody heard the answer
//! of is found out by asking or by repeating.

mod bank;
mod cluster;
mod database;
mod exhaustion;
mod points;

use std::time::Duration;

use bank::{Bank, Patience};
use shared::testing::{Place, size};

use crate::people::{alone, started};

/// Tokens that live as long as the test.
const PATIENT: (&str, &str) = ("AZORA_AUTH_ACCESS_TOKEN_MINUTES", "15");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_transfer_is_lost_or_doubled_over_twenty_kills() {
    let _alone = alone().await;
    let kills = size(20, 500);
    let place = Place::new().await;
    let running = started(&place, &[PATIENT]);
    let mut bank = Bank::open(&running, &place).await;
    drop(running);
    for _ in 0..kills {
        let running = started(&place, &[PATIENT]);
        let paying = bank.pay(&running, Patience::UntilLost, "kill");
        // Another moment each time, from the very first batch to the middle of many.
        let moment = u64::try_from(20 + bank.chance.place(300)).expect("small");
        tokio::time::sleep(Duration::from_millis(moment)).await;
        // SIGKILL.
        drop(running);
        bank.end_of_all(paying).await;
    }
    let running = started(&place, &[PATIENT]);
    let tally = bank.judge(&running).await;
    assert!(tally.posted > 0 && tally.posted < tally.sent && tally.unheard > 0, "{tally:?}");
}

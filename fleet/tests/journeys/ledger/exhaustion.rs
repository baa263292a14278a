//! No room, no connection, no lock: mint refuses in clean words, keeps every rule, and serves again once it is over.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use shared::db::{Database, Settings};
use shared::testing::{Place, postgres};
use tokio::time::sleep;

use super::PATIENT;
use super::bank::{Bank, Patience};
use super::cluster::{Cluster, limit};
use crate::people::{ADMIN, alone, started};
use crate::seeded::Fleet;

/// Callers of mint that bring no deadline wait so long.
const SHORT: (&str, &str) = ("AZORA_MINT_DEADLINE_DEFAULT_MS", "1000");
/// Longer than callers wait.
const A_WHILE: Duration = Duration::from_millis(2500);
const UNAVAILABLE: &str = "Unavailable DATABASE_UNAVAILABLE";
const UNKNOWN: &str = "Unavailable OUTCOME_UNKNOWN";
const LATE: &str = "DeadlineExceeded DEADLINE_EXCEEDED";
/// Auth, whose database is the same, has not been heard of.
const STALE: &str = "Unavailable REVOCATIONS_STALE";
const CONTENDED: &str = "Aborted CONTENDED";
/// Connections of the small server; the fleet at rest needs about half of them.
const CONNECTIONS: usize = 40;
/// A file of Postgres that cannot grow ends in the middle of a page: what does not fit then is told as a full disk.
const HALF_A_PAGE: u64 = 4096;
const MEBIBYTE: u64 = 1024 * 1024;

/// Somebody has paid during the fault, was refused in one of the expected ways, and is served now.
async fn relieved<'a>(mut bank: Bank<'a>, running: &Fleet, during: &'static str, expected: &[&str]) -> Bank<'a> {
    let relief = bank.served_again(running, during).await;
    let tally = bank.judge(running).await;
    println!("{during}: served again after {relief:?}");
    assert!(!tally.complaints.is_empty(), "{during}: nobody noticed");
    for told in &tally.complaints {
        assert!(expected.contains(&told.as_str()), "{during}: {told}");
    }
    bank
}

async fn execute(database: &Database, statement: &str) {
    database.writer().execute_unprepared(statement).await.expect(statement);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_somebody_keeps_makes_callers_late_and_nothing_else() {
    let _alone = alone().await;
    let place = Place::new().await;
    let running = started(&place, &[PATIENT, SHORT]);
    let mut bank = Bank::open(&running, &place).await;
    let settings = Settings {
        url: place.url("mint").to_owned(),
        application_name: "lock-holder".to_owned(),
        schema: None,
        connections: 1,
        acquire: Duration::from_secs(10),
    };
    let holder = Database::connect(&settings).await.expect("it opens");
    let paying = bank.pay(&running, Patience::UntilTold, "lock");
    // The one who writes on SQLite; on Postgres, whoever has the row of a wallet that everybody pays into.
    if postgres().is_some() {
        execute(&holder, "BEGIN").await;
        let wallet = &bank.owners[0].wallet;
        execute(&holder, &format!("SELECT id FROM wallets WHERE id = '{wallet}' FOR UPDATE")).await;
    } else {
        execute(&holder, "BEGIN IMMEDIATE").await;
    }
    sleep(A_WHILE).await;
    execute(&holder, "ROLLBACK").await;
    bank.end(paying).await;
    relieved(bank, &running, "lock", &[LATE, CONTENDED]).await;
}

/// A fleet that is told, instead of being ended, when a file may not grow.
fn told_of_limits(place: &Place) -> Fleet {
    let program = env!("CARGO_BIN_EXE_fleet");
    let arguments = ["-c", "trap '' XFSZ; exec \"$@\"", "sh", program, "up", "--migrate", "--port-base", "0"];
    let mut command = place.command("/bin/sh", &arguments);
    command.env("AZORA_AUTH_BOOTSTRAP_ADMIN_EMAIL", ADMIN).envs([PATIENT, SHORT]).stderr(Stdio::null());
    Fleet::started(&mut command)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_below_sqlite_is_told_and_got_over() {
    if postgres().is_some() {
        return;
    }
    let _alone = alone().await;
    let place = Place::new().await;
    let running = told_of_limits(&place);
    let mut bank = Bank::open(&running, &place).await;
    let process = running.id().to_string();
    let paying = bank.pay(&running, Patience::UntilTold, "full disk");
    limit(Command::new("prlimit"), &process, Some(0));
    paying.until_lost(Duration::from_secs(20)).await;
    sleep(A_WHILE).await;
    limit(Command::new("prlimit"), &process, None);
    bank.end(paying).await;
    relieved(bank, &running, "full disk", &[UNAVAILABLE, UNKNOWN, LATE]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_without_room_or_connections_is_told_and_got_over() {
    if postgres().is_none() {
        return;
    }
    let _alone = alone().await;
    let cluster = Cluster::start(&["max_connections=40", "superuser_reserved_connections=0"]).await;
    let place = Place::on(&cluster.url());
    let running = started(&place, &[PATIENT, SHORT]);
    let bank = Bank::open(&running, &place).await;
    let bank = crowded(bank, &running, &cluster).await;
    full(bank, &running, &cluster).await;
}

/// Somebody else takes every connection, also those that mint had.
async fn crowded<'a>(mut bank: Bank<'a>, running: &Fleet, cluster: &Cluster) -> Bank<'a> {
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name <> 'crowd' AND backend_type = 'client backend'";
    let paying = bank.pay(running, Patience::UntilTold, "crowd");
    let since = Instant::now();
    let mut taken: Vec<Database> = Vec::new();
    while taken.len() < CONNECTIONS {
        assert!(since.elapsed() < Duration::from_secs(30), "{} connections of {CONNECTIONS}", taken.len());
        match (cluster.connect("postgres", "crowd").await, taken.first()) {
            (Some(one), _) => taken.push(one),
            (None, Some(first)) => execute(first, others).await,
            (None, None) => {}
        }
    }
    sleep(A_WHILE).await;
    drop(taken);
    bank.end(paying).await;
    relieved(bank, running, "crowd", &[UNAVAILABLE, UNKNOWN, LATE, STALE]).await
}

/// No table grows any more.
async fn full(mut bank: Bank<'_>, running: &Fleet, cluster: &Cluster) {
    let database = cluster.connect("azora_mint", "measure").await.expect("it opens");
    let largest = "SELECT max(pg_relation_size(oid)) FROM pg_class WHERE relkind IN ('r', 'i')";
    let largest = Statement::from_string(DbBackend::Postgres, largest);
    let row = database.writer().query_one_raw(largest).await.expect("measured").expect("a table");
    let largest: i64 = row.try_get_by_index(0).expect("a size");
    database.close().await.expect("closes");
    let most = u64::try_from(largest).expect("a size").max(MEBIBYTE) + HALF_A_PAGE;

    let paying = bank.pay(running, Patience::UntilTold, "full disk");
    cluster.limit(Some(most));
    paying.until_lost(Duration::from_mins(1)).await;
    sleep(A_WHILE).await;
    cluster.limit(None);
    bank.end(paying).await;
    relieved(bank, running, "full disk", &[UNAVAILABLE, UNKNOWN, LATE]).await;
}

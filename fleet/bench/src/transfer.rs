//! Transfers through gRPC, many to a commit and one to a commit, on Postgres and on SQLite; on Postgres beside the same movement
//! as one SQL function under pgbench on the same tables, and pgbench's own transaction. Then what everybody else notices of a
//! wallet that many pay at once.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use shared::cli::print;

use crate::report::table;
use crate::signer::Signer;

mod pair;
mod postgres;
mod served;
mod sqlite;
mod storm;
mod targets;

use pair::Paired;
use served::HOT;
use storm::Storm;

/// What is measured on each backend.
pub struct Plan {
    wallets: u64,
    /// In rising order.
    callers: Vec<usize>,
    /// The last of them.
    most: usize,
    /// Of each measurement.
    slice: Duration,
}

impl Plan {
    fn new(wallets: u64, callers: &[usize], slice: Duration) -> Result<Self> {
        let mut callers = callers.to_vec();
        callers.sort_unstable();
        let most = callers.last().copied().context("no callers")?;
        let plan = Self { wallets, callers, most, slice };
        let payers = plan.payers() as u64;
        ensure!(wallets >= HOT + payers, "{payers} callers with a wallet each need more than {wallets} wallets");
        Ok(plan)
    }

    /// So many have nothing to do with the hot wallet, while as many pay it.
    fn others(&self) -> usize {
        (self.most / 2).max(1)
    }

    /// So many wallets are paid out of.
    fn payers(&self) -> usize {
        self.most + self.others()
    }
}

/// What was measured of mint on one backend, with rising numbers of callers.
pub struct Figures {
    uniform: Vec<Paired>,
    hot: Vec<Paired>,
    storm: Storm,
}

/// Measures all in turn and prints them side by side.
pub async fn run(postgres: &str, wallets: u64, callers: &[usize], time: Duration) -> Result<()> {
    let plan = Plan::new(wallets, callers, time / 3)?;
    let signer = Signer::new()?;
    let (on_postgres, bounds) = postgres::measure(postgres, &plan, &signer).await.context("Postgres")?;
    let on_sqlite = sqlite::measure(&plan, &signer).await.context("SQLite")?;
    let storms = [on_postgres.storm.row("Postgres"), on_sqlite.storm.row("SQLite")];
    print(format_args!(
        "{0} callers who pay each other, alone and while {0} more pay one hot wallet\n{1}",
        plan.others(),
        table(storm::HEADER, storms)
    ));
    print(format_args!(
        "many to a commit, {} callers where nothing else is said\n{}",
        plan.most,
        table(targets::HEADER, targets::rows(&on_postgres, &bounds, &on_sqlite)?)
    ));
    Ok(())
}

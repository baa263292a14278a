//! Mint on Postgres, beside what that Postgres does without mint.

use anyhow::{Context, Result};
use shared::cli::print;
use tokio::task::block_in_place;

use super::pair::{Pair, Paired, most};
use super::served::{HOT, Shape};
use super::storm::Storm;
use super::{Figures, Plan};
use crate::hosted;
use crate::load::Measured;
use crate::reference::{Pgbench, Script};
use crate::report::table;
use crate::signer::Signer;

/// Clients of pgbench; the best of them counts.
const CLIENTS: [usize; 3] = [8, 16, 32];

/// The movement of one transfer with everything that mint's books hold of it, and one round trip.
const MOVEMENT: &str = include_str!("movement.sql");

/// What mint is held against, in transactions per second.
pub struct Bounds {
    /// The best of the function.
    pub uniform: f64,
    pub hot: f64,
    pub tpcb: f64,
}

/// Measures all in turn and prints them side by side.
pub async fn measure(postgres: &str, plan: &Plan, signer: &Signer) -> Result<(Figures, Bounds)> {
    let together = hosted::database(postgres, "together", plan.wallets).await?;
    let alone = hosted::database(postgres, "alone", plan.wallets).await?;
    let pair = Pair::start([together.into(), alone.into()], plan, signer).await?;
    let in_sql = hosted::database(postgres, "sql", plan.wallets).await?;
    in_sql.execute(MOVEMENT)?;
    let tpcb = Pgbench::make(postgres, 50)?;

    let mut rows = Vec::new();
    let best_uniform = best_of_function(&in_sql, Shape::Uniform, plan, &mut rows)?;
    let uniform = pair.measure(Shape::Uniform, plan).await?;
    add(&uniform, Shape::Uniform, &mut rows);
    let best_hot = best_of_function(&in_sql, Shape::Hot, plan, &mut rows)?;
    let hot = pair.measure(Shape::Hot, plan).await?;
    add(&hot, Shape::Hot, &mut rows);
    let tpcb = block_in_place(|| tpcb.measure(&Script::Tpcb, 16, plan.slice))?;
    rows.push(row("", "pgbench, tpcb-like, scale 50, 16 clients", &tpcb));
    let storm = Storm::measure(&pair.together, plan).await?;
    pair.stop().await?;

    let bounds = Bounds { uniform: best_uniform, hot: best_hot, tpcb: tpcb.rate };
    let multiples = [
        multiples(Shape::Uniform, most(&uniform)?, bounds.uniform, bounds.tpcb),
        multiples(Shape::Hot, most(&hot)?, bounds.hot, bounds.tpcb),
    ];
    print(format_args!(
        "Postgres, {} wallets, {:.1} s each; p50 of pgbench is its mean\n{}",
        plan.wallets,
        plan.slice.as_secs_f64(),
        table(["load", "what", "transfers/s", "p50 ms", "p99 ms"], rows)
    ));
    print(format_args!(
        "mint, many to a commit, {} callers, as a multiple of\n{}",
        plan.most,
        table(["load", "best function", "tpcb-like", "one to a commit", "its p99"], multiples)
    ));
    Ok((Figures { uniform, hot, storm }, bounds))
}

/// The function with each number of clients; the highest rate.
fn best_of_function(in_sql: &Pgbench, shape: Shape, plan: &Plan, rows: &mut Vec<[String; 5]>) -> Result<f64> {
    let wallets = plan.wallets;
    let credit = if shape == Shape::Hot { HOT.to_string() } else { format!("random(1, {wallets})") };
    let script = format!(
        "\\set debit random({}, {wallets})\n\\set credit {credit}\nSELECT move(:debit, :credit, 1);\n",
        HOT + 1
    );
    let mut best: Option<f64> = None;
    for clients in CLIENTS {
        let measured = block_in_place(|| in_sql.measure(&Script::Own(&script), clients, plan.slice))?;
        rows.push(row(shape.name(), &format!("pgbench, one function, {clients} clients"), &measured));
        best = Some(best.map_or(measured.rate, |best| best.max(measured.rate)));
    }
    best.context("no clients")
}

fn add(measured: &[Paired], shape: Shape, rows: &mut Vec<[String; 5]>) {
    for Paired { callers, alone, together } in measured {
        rows.push(row(shape.name(), &format!("mint, one to a commit, {callers} callers"), alone));
        rows.push(row(shape.name(), &format!("mint, many to a commit, {callers} callers"), together));
    }
}

fn row(load: &str, what: &str, measured: &Measured) -> [String; 5] {
    let [rate, p50, p99] = measured.cells();
    [load.to_owned(), what.to_owned(), rate, p50, p99]
}

fn multiples(shape: Shape, measured: &Paired, best: f64, tpcb: f64) -> [String; 5] {
    let rate = measured.together.rate;
    let figures = [rate / best, rate / tpcb, measured.gain(), measured.of_p99()].map(|ratio| format!("{ratio:.2}"));
    let [of_best, of_tpcb, gain, of_p99] = figures;
    [shape.name().to_owned(), of_best, of_tpcb, gain, of_p99]
}

//! Mint on SQLite. No server is there to hold it against, only mint with one movement to a commit.

use anyhow::Result;
use shared::cli::print;

use super::pair::{Pair, Paired};
use super::served::Shape;
use super::storm::Storm;
use super::{Figures, Plan};
use crate::hosted::Storage;
use crate::report::table;
use crate::signer::Signer;

const HEADER: [&str; 9] =
    ["load", "callers", "one to a commit/s", "p50 ms", "p99 ms", "many to a commit/s", "p50 ms", "p99 ms", "ratio"];

/// Measures both in turns and prints them side by side.
pub async fn measure(plan: &Plan, signer: &Signer) -> Result<Figures> {
    let storages = [Storage::file(plan.wallets).await?, Storage::file(plan.wallets).await?];
    let pair = Pair::start(storages, plan, signer).await?;
    let uniform = pair.measure(Shape::Uniform, plan).await?;
    let hot = pair.measure(Shape::Hot, plan).await?;
    let storm = Storm::measure(&pair.together, plan).await?;
    pair.stop().await?;

    let loads = [(Shape::Uniform, &uniform), (Shape::Hot, &hot)];
    let rows = loads.into_iter().flat_map(|(shape, measured)| measured.iter().map(move |paired| row(shape, paired)));
    print(format_args!(
        "SQLite, {} wallets, {:.1} s each\n{}",
        plan.wallets,
        plan.slice.as_secs_f64(),
        table(HEADER, rows)
    ));
    Ok(Figures { uniform, hot, storm })
}

fn row(shape: Shape, paired: &Paired) -> [String; 9] {
    let Paired { callers, alone, together } = paired;
    let ([rate, p50, p99], [rate_together, p50_together, p99_together]) = (alone.cells(), together.cells());
    let (name, callers, gain) = (shape.name().to_owned(), callers.to_string(), format!("{:.2}", paired.gain()));
    [name, callers, rate, p50, p99, rate_together, p50_together, p99_together, gain]
}

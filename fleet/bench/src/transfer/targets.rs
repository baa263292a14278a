//! What mint shall reach, and what it has reached.

use anyhow::Result;

use self::Target::{AtLeast, AtMost, Below};
use super::Figures;
use super::pair::{least, most};
use super::postgres::Bounds;

pub const HEADER: [&str; 4] = ["what", "reached", "target", "met"];

/// What a figure is held against.
#[derive(Clone, Copy)]
enum Target {
    AtLeast(f64),
    AtMost(f64),
    Below(f64),
}

impl Target {
    fn text(self) -> String {
        match self {
            AtLeast(limit) => format!(">= {limit}"),
            AtMost(limit) => format!("<= {limit}"),
            Below(limit) => format!("< {limit}"),
        }
    }

    fn is_met(self, reached: f64) -> bool {
        match self {
            AtLeast(limit) => reached >= limit,
            AtMost(limit) => reached <= limit,
            Below(limit) => reached < limit,
        }
    }
}

/// One for each target.
pub fn rows(on_postgres: &Figures, bounds: &Bounds, on_sqlite: &Figures) -> Result<Vec<[String; 4]>> {
    let (uniform, hot) = (most(&on_postgres.uniform)?, most(&on_postgres.hot)?);
    let mut rows = vec![
        row("Postgres, uniform, of the best function", uniform.together.rate / bounds.uniform, AtLeast(2.0)),
        row("Postgres, one hot wallet, of the best function", hot.together.rate / bounds.hot, AtLeast(8.0)),
        row("Postgres, uniform, of tpcb-like", uniform.together.rate / bounds.tpcb, AtLeast(3.0)),
        row("Postgres, one hot wallet, of tpcb-like", hot.together.rate / bounds.tpcb, AtLeast(5.0)),
        row("Postgres, uniform, p99, of one to a commit", uniform.of_p99(), Below(1.0)),
        row("Postgres, one hot wallet, p99, of one to a commit", hot.of_p99(), Below(1.0)),
    ];
    for (backend, figures, gain) in [("Postgres", on_postgres, 8.0), ("SQLite", on_sqlite, 5.0)] {
        let hot = most(&figures.hot)?;
        let worst = least(&figures.uniform)?;
        let at_worst = format!("{backend}, uniform, of one to a commit, least of all: {} callers", worst.callers);
        let others = format!("{backend}, others in the storm, p99, of theirs alone");
        rows.extend([
            row(&format!("{backend}, one hot wallet, of one to a commit"), hot.gain(), AtLeast(gain)),
            row(&format!("{backend}, one hot wallet, p99, ms"), hot.together.p99, AtMost(150.0)),
            row(&at_worst, worst.gain(), AtLeast(1.0)),
            row(&others, figures.storm.of_p99(), AtMost(2.0)),
        ]);
    }
    Ok(rows)
}

fn row(what: &str, reached: f64, target: Target) -> [String; 4] {
    let met = if target.is_met(reached) { "yes" } else { "no" };
    [what.to_owned(), format!("{reached:.2}"), target.text(), met.to_owned()]
}

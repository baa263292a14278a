//! The large set, for demos and load tests: `seed --scale N`. The same N gives the same data, and a larger N only adds:
//! row i is drawn from its own generator and refers only to rows that a set with row i has. Request ids are made from
//! entity and index, so that a run that was cut goes on where it stopped.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use comfy_table::{CellAlignment, Table, presets};
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use indicatif::ProgressBar;
use serde::Serialize;
use tonic::{Code, Response, Status};

use crate::data::request_id;
use crate::load::{Choices, bar};
use crate::target::{Target, said};

mod draw;
mod learning;
mod people;
mod speakers;
mod work;

use draw::{Counts, Draw, Names};
use speakers::Speakers;

/// N at most.
pub const SCALE_MAX: u32 = 1_000_000;
/// Calls at a time.
const AT_ONCE: usize = 64;
/// Educators, employers and students who get a password; the others cannot sign in.
const WITH_PASSWORD: u32 = 20;
/// Waits between tries of a call that found no place; the last one is an error.
const TRIES: u32 = 8;

/// What a run loaded.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Scaled {
    /// A line per entity, in the order of loading.
    pub lines: Vec<ScaledLine>,
}

/// One entity.
#[derive(Clone, Debug, Serialize)]
pub struct ScaledLine {
    /// `mint`.
    pub service: &'static str,
    /// `wallets`.
    pub entity: &'static str,
    /// Rows that are there after the run, made now or before.
    pub rows: usize,
    /// How long it took.
    pub seconds: f64,
}

/// A run under way.
struct Scale<'a> {
    speakers: Speakers<'a>,
    choices: &'a Choices,
    names: Names,
    counts: Counts,
    scaled: Scaled,
    bar: ProgressBar,
    /// User ids of students, educators and employers.
    students: Vec<String>,
    educators: Vec<String>,
    employers: Vec<String>,
    courses: Vec<String>,
}

/// Loads the set of `n` students. What is there already stays.
///
/// # Errors
/// The fleet refuses or does not answer; what was made until then stays, and the next run goes on.
pub async fn scale(target: &Target, choices: &Choices, n: u32) -> Result<Scaled> {
    let mut scale = Scale {
        speakers: Speakers::new(target, &choices.password),
        choices,
        names: Names::read()?,
        counts: Counts::of(n),
        scaled: Scaled::default(),
        bar: bar(choices.progress),
        students: Vec::new(),
        educators: Vec::new(),
        employers: Vec::new(),
        courses: Vec::new(),
    };
    people::load(&mut scale).await?;
    learning::load(&mut scale).await?;
    work::load(&mut scale).await?;
    scale.bar.finish_and_clear();
    Ok(scale.scaled)
}

impl Scale<'_> {
    /// Makes `count` rows of an entity, 64 at a time, and gives what each call gave, in order. `each` is how many rows
    /// one call makes.
    async fn stage<T>(
        &self,
        service: &'static str,
        entity: &'static str,
        count: u32,
        each: usize,
        make: impl AsyncFn(u32) -> Result<T>,
    ) -> Result<(Vec<T>, ScaledLine)> {
        let begun = Instant::now();
        self.bar.set_message(format!("{service}: {entity}"));
        let make = &make;
        let calls = iter(0..count).map(|index| async move {
            let made = make(index).await.with_context(|| format!("{service}: {entity} {index}"));
            self.bar.inc(u64::try_from(each).unwrap_or_default());
            made
        });
        let made: Vec<T> = calls.buffered(AT_ONCE).try_collect().await?;
        let line = ScaledLine { service, entity, rows: made.len() * each, seconds: begun.elapsed().as_secs_f64() };
        Ok((made, line))
    }

    fn note(&mut self, line: ScaledLine) {
        self.scaled.lines.push(line);
    }
}

/// The address of somebody of the large set.
fn email(letter: char, index: u32) -> String {
    format!("{letter}{:07}@scale.azora.world", index + 1)
}

fn row_id(entity: &str, index: u32) -> String {
    request_id(&format!("scale/{entity}/{index}"))
}

/// Repeats a call that found no place or a lock, with the same request id.
async fn patient<T>(call: impl AsyncFn() -> Result<Response<T>, Status>) -> Result<T> {
    match settled(call).await? {
        Ok(answer) => Ok(answer),
        Err(status) => Err(said(status)),
    }
}

/// The same where the row may have been made by another run, under a request id that is no longer kept.
async fn unless_there<T>(call: impl AsyncFn() -> Result<Response<T>, Status>) -> Result<Option<T>> {
    match settled(call).await? {
        Ok(answer) => Ok(Some(answer)),
        Err(status) if status.code() == Code::AlreadyExists => Ok(None),
        Err(status) => Err(said(status)),
    }
}

async fn settled<T>(call: impl AsyncFn() -> Result<Response<T>, Status>) -> Result<Result<T, Status>> {
    let mut wait = Duration::from_millis(100);
    for _ in 0..TRIES {
        match call().await {
            Ok(answer) => return Ok(Ok(answer.into_inner())),
            Err(status) if matches!(status.code(), Code::Unavailable | Code::Aborted | Code::ResourceExhausted) => {
                tokio::time::sleep(wait).await;
                wait *= 2;
            }
            Err(status) => return Ok(Err(status)),
        }
    }
    bail!("the fleet found no place for a call in {TRIES} tries")
}

impl fmt::Display for Scaled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_header(["service", "rows", "there", "seconds", "rows/s"]);
        for line in &self.lines {
            // A rate for people to look at; nothing is computed from it.
            #[expect(clippy::cast_precision_loss, reason = "a count of rows far below 2^52")]
            let rate = line.rows as f64 / line.seconds.max(0.001);
            let numbers = [line.rows.to_string(), format!("{:.1}", line.seconds), format!("{rate:.0}")];
            table.add_row([vec![line.service.to_owned(), line.entity.to_owned()], numbers.to_vec()].concat());
        }
        for column in table.column_iter_mut().skip(2) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        write!(f, "{table}")
    }
}

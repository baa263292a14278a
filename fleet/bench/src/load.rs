//! Many callers, each with one call in flight, for a fixed time.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use crate::report::millis;

/// What was measured.
pub struct Measured {
    /// Calls per second.
    pub rate: f64,
    /// Median, in milliseconds.
    pub p50: f64,
    /// 99 of 100 calls took no longer, in milliseconds.
    pub p99: f64,
}

impl Measured {
    /// For a table: calls per second, the median and p99 in milliseconds.
    pub fn cells(&self) -> [String; 3] {
        [format!("{:.0}", self.rate), millis(self.p50), millis(self.p99)]
    }

    /// The median of each figure.
    pub fn median(rounds: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(rounds.iter().map(figure));
        Self { rate: of(|one| one.rate), p50: of(|one| one.p50), p99: of(|one| one.p99) }
    }
}

/// The one in the middle.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Times that calls took.
pub struct Latencies(Histogram<u64>);

impl Latencies {
    pub fn new() -> Result<Self> {
        Histogram::new(3).map(Self).map_err(|error| anyhow!("{error}"))
    }

    /// Notes the time since then.
    pub fn since(&mut self, began: Instant) -> Result<()> {
        self.note(began.elapsed())
    }

    pub fn note(&mut self, took: Duration) -> Result<()> {
        self.0.record(u64::try_from(took.as_micros())?).map_err(|error| anyhow!("{error}"))
    }

    pub fn add(&mut self, others: &Self) -> Result<()> {
        self.0.add(&others.0).map_err(|error| anyhow!("{error}"))
    }

    /// So many calls.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// That share of the calls took no longer, in milliseconds.
    pub fn millis(&self, share: f64) -> f64 {
        self.0.value_at_quantile(share) as f64 / 1000.0
    }
}

/// Lets `callers` repeat `call`, which is told who of them asks, for `time`, after a fifth of it to warm up.
pub async fn measure<F, Fut>(callers: usize, time: Duration, call: F) -> Result<Measured>
where
    F: Fn(usize) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send,
{
    run(callers, time / 5, call.clone()).await?;
    let latencies = run(callers, time, call).await?;
    let rate = latencies.count() as f64 / time.as_secs_f64();
    Ok(Measured { rate, p50: latencies.millis(0.5), p99: latencies.millis(0.99) })
}

async fn run<F, Fut>(callers: usize, time: Duration, call: F) -> Result<Latencies>
where
    F: Fn(usize) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send,
{
    let end = Instant::now() + time;
    let mut tasks = JoinSet::new();
    for caller in 0..callers {
        let call = call.clone();
        tasks.spawn(async move {
            let mut latencies = Latencies::new()?;
            while Instant::now() < end {
                let began = Instant::now();
                call(caller).await?;
                latencies.since(began)?;
            }
            Ok::<_, anyhow::Error>(latencies)
        });
    }
    let mut all = Latencies::new()?;
    while let Some(ended) = tasks.join_next().await {
        all.add(&ended??)?;
    }
    Ok(all)
}

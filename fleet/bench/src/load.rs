//! Many callers, each with one call in flight, for a fixed time.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use hdrhistogram::Histogram;
use tokio::task::JoinSet;

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
    /// The median of each figure.
    pub fn median(rounds: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| {
            let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
            figures.sort_by(f64::total_cmp);
            figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
        };
        Self { rate: of(|one| one.rate), p50: of(|one| one.p50), p99: of(|one| one.p99) }
    }
}

/// Lets `callers` repeat `call` for `time`, after a fifth of it to warm up.
pub async fn measure<F, Fut>(callers: usize, time: Duration, call: F) -> Result<Measured>
where
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send,
{
    run(callers, time / 5, call.clone()).await?;
    let latencies = run(callers, time, call).await?;
    let millis = |quantile| latencies.value_at_quantile(quantile) as f64 / 1000.0;
    Ok(Measured { rate: latencies.len() as f64 / time.as_secs_f64(), p50: millis(0.5), p99: millis(0.99) })
}

async fn run<F, Fut>(callers: usize, time: Duration, call: F) -> Result<Histogram<u64>>
where
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send,
{
    let end = Instant::now() + time;
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let call = call.clone();
        tasks.spawn(async move {
            let mut latencies = Histogram::<u64>::new(3).map_err(|error| anyhow!("{error}"))?;
            while Instant::now() < end {
                let began = Instant::now();
                call().await?;
                latencies.record(u64::try_from(began.elapsed().as_micros())?).map_err(|error| anyhow!("{error}"))?;
            }
            Ok::<_, anyhow::Error>(latencies)
        });
    }
    let mut all = Histogram::<u64>::new(3).map_err(|error| anyhow!("{error}"))?;
    while let Some(ended) = tasks.join_next().await {
        all.add(ended??).map_err(|error| anyhow!("{error}"))?;
    }
    Ok(all)
}

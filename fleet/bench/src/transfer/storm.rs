//! What everybody else notices of a wallet that many pay at once.

use anyhow::Result;

use super::Plan;
use super::served::{Served, Shape};
use crate::load::Measured;

pub const HEADER: [&str; 9] =
    ["backend", "alone/s", "p50 ms", "p99 ms", "in the storm/s", "p50 ms", "p99 ms", "p99 ratio", "the storm/s"];

/// The others without a storm and in it, and the storm.
pub struct Storm {
    quiet: Measured,
    stormy: Measured,
    hot: Measured,
}

impl Storm {
    pub async fn measure(served: &Served, plan: &Plan) -> Result<Self> {
        let others = plan.others();
        let quiet = served.measure(Shape::Apart, others, plan.slice).await?;
        // Both warm up for the same time and are measured for the same time.
        let (stormy, hot) = tokio::try_join!(
            served.measure(Shape::Apart, others, plan.slice),
            served.measure(Shape::Hot, others, plan.slice)
        )?;
        Ok(Self { quiet, stormy, hot })
    }

    /// The p99 of the others in the storm, as a multiple of theirs without it.
    pub fn of_p99(&self) -> f64 {
        self.stormy.p99 / self.quiet.p99
    }

    pub fn row(&self, backend: &str) -> [String; 9] {
        let Self { quiet, stormy, hot } = self;
        let ([rate, p50, p99], [rate_stormy, p50_stormy, p99_stormy]) = (quiet.cells(), stormy.cells());
        let [of_p99, rate_hot] = [format!("{:.2}", self.of_p99()), format!("{:.0}", hot.rate)];
        [backend.to_owned(), rate, p50, p99, rate_stormy, p50_stormy, p99_stormy, of_p99, rate_hot]
    }
}

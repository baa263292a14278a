//! Answers that take the same time whether an account is there or not.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Longer than the work for a known address takes on a machine that is not overloaded.
const FLOOR: Duration = Duration::from_millis(100);

/// Does the work and answers no earlier than the floor.
pub async fn evenly<T>(work: impl Future<Output = T>) -> T {
    let due = Instant::now() + FLOOR;
    let done = work.await;
    sleep_until(due).await;
    done
}

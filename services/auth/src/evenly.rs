//! Answers that take the same time whether an account is there or not.

use std::time::Duration;

use shared::error::{Error, Result};
use tokio::time::{Instant, sleep_until};

use crate::Auth;

/// Longer than the work for a known address takes on a machine that is not overloaded.
const FLOOR: Duration = Duration::from_millis(100);

/// Does the work and answers no earlier than the floor.
pub async fn evenly<T>(work: impl Future<Output = T>) -> T {
    not_before(FLOOR, work).await
}

/// Does work that includes one password hash, and answers no earlier than the floor after the time that a hash takes.
pub async fn with_a_hash<T>(auth: &Auth, work: impl Future<Output = T>) -> T {
    not_before(FLOOR + auth.passwords.hash_time(), work).await
}

/// Judges a login. One that is wrong is not answered earlier than any other, however cheap its hash was.
pub async fn wrong_logins<A, B>(
    auth: &Auth,
    judged: impl Future<Output = Result<(Result<A>, B)>>,
) -> Result<(Result<A>, B)> {
    let due = Instant::now() + FLOOR + auth.passwords.hash_time();
    let done = judged.await;
    if matches!(&done, Ok((Err(Error::Refused(_) | Error::Replayed(_)), _))) {
        sleep_until(due).await;
    }
    done
}

async fn not_before<T>(floor: Duration, work: impl Future<Output = T>) -> T {
    let due = Instant::now() + floor;
    let done = work.await;
    sleep_until(due).await;
    done
}

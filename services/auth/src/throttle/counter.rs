//! The rows that attempts are counted in, and how long is waited after so many of them.

use std::time::Duration as Wait;

use chrono::Duration;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait};
use shared::clock::Time;
use shared::db;
use shared::error::{Error, Result};

use crate::entity::throttle_counter::{ActiveModel, Entity, Model};

/// The dimension of a counter, and the keyed digest of whom it concerns.
pub type Key = (&'static str, Vec<u8>);

/// Failures after which each further one waits, twice as long each time.
pub const FREE: i32 = 5;
const DELAY_SECONDS_MAX: i64 = 900;
const LOCK_HOURS_MAX: i64 = 24;

/// The counter, made where there is none, and kept from changing.
pub async fn locked(tx: &impl ConnectionTrait, (dimension, key): &Key, now: Time) -> Result<Model> {
    let fresh = ActiveModel {
        dimension: Set((*dimension).to_owned()),
        key_hash: Set(key.clone()),
        count: Set(0),
        window_start: Set(now),
        blocked_until: Set(None),
        updated_at: Set(now),
    };
    let there = OnConflict::new().do_nothing().to_owned();
    Entity::insert(fresh).on_conflict(there).exec_without_returning(tx).await?;
    let counter = Entity::find_by_id(((*dimension).to_owned(), key.clone()));
    let row = db::for_update(tx, counter).one(tx).await?;
    row.ok_or_else(|| Error::internal("a counter that is there and is not"))
}

/// The counter as it stands in its window: a new one begins when the last is over.
pub fn within(row: Model, window: Duration, now: Time) -> Model {
    if now - row.window_start <= window {
        return row;
    }
    Model { count: 0, window_start: now, ..row }
}

/// Writes what was counted.
pub async fn write(
    tx: &impl ConnectionTrait,
    row: Model,
    count: i32,
    blocked_until: Option<Time>,
    now: Time,
) -> Result<()> {
    let changed = ActiveModel {
        dimension: Set(row.dimension),
        key_hash: Set(row.key_hash),
        count: Set(count),
        window_start: Set(row.window_start),
        blocked_until: Set(blocked_until),
        updated_at: Set(now),
    };
    changed.update(tx).await?;
    Ok(())
}

/// Begins anew.
pub async fn clear(tx: &impl ConnectionTrait, (dimension, key): &Key) -> Result<()> {
    Entity::delete_by_id(((*dimension).to_owned(), key.clone())).exec(tx).await?;
    Ok(())
}

/// How long it still waits; `None` if it does not.
pub fn remaining(until: Option<Time>, now: Time) -> Option<Wait> {
    until.and_then(|until| (until - now).to_std().ok()).filter(|wait| !wait.is_zero())
}

/// How long the attempt after this one waits: not at all while they are free, then twice as long each time.
pub fn delay(count: i32, free: i32) -> Option<Duration> {
    let beyond = u32::try_from(count - free).ok().filter(|beyond| *beyond > 0)?;
    let seconds = 1_i64.checked_shl(beyond - 1).unwrap_or(DELAY_SECONDS_MAX);
    Some(Duration::seconds(seconds.clamp(1, DELAY_SECONDS_MAX)))
}

/// How long an account is locked after so many failures in a row; `None` between two locks.
pub fn lock_after(count: i32, attempts: i32, minutes: i64, hard_stop: i32) -> Option<Duration> {
    if count >= hard_stop {
        // Until somebody acts.
        return Some(Duration::days(36_500));
    }
    let locks = u32::try_from(count / attempts).ok().filter(|locks| *locks > 0 && count % attempts == 0)?;
    let longest = LOCK_HOURS_MAX * 60;
    let minutes = 2_i64.checked_pow(locks - 1).and_then(|times| minutes.checked_mul(times)).unwrap_or(longest);
    Some(Duration::minutes(minutes.min(longest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_are_free_then_each_waits_twice_as_long_up_to_a_quarter_of_an_hour() {
        let seconds = |count| delay(count, FREE).map(|delay| delay.num_seconds());
        assert_eq!((seconds(1), seconds(5), seconds(6), seconds(7)), (None, None, Some(1), Some(2)));
        assert_eq!((seconds(15), seconds(16), seconds(100)), (Some(512), Some(900), Some(900)));
    }

    #[test]
    fn every_fifth_failure_locks_twice_as_long_up_to_a_day_and_the_hundredth_for_good() {
        let minutes = |count| lock_after(count, 5, 15, 100).map(|lock| lock.num_minutes());
        assert_eq!((minutes(4), minutes(5), minutes(6), minutes(10)), (None, Some(15), None, Some(30)));
        assert_eq!((minutes(35), minutes(40), minutes(95)), (Some(960), Some(1440), Some(1440)));
        assert!(minutes(100).is_some_and(|minutes| minutes > 1440) && minutes(101).is_some());
    }
}

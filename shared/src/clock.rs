//! Time, in one place: UTC, cut to the microseconds that both databases keep.

use chrono::{DateTime, SubsecRound, Utc};
use prost_types::Timestamp;

#[cfg(feature = "testing")]
pub(crate) use crate::testing::clock::{Hand, ahead};

/// A moment in UTC.
pub type Time = DateTime<Utc>;

/// Now, to the microsecond. Handlers ask `call.now()`, so that a whole call sees one moment.
#[must_use]
pub fn now() -> Time {
    of_the_machine() + ahead()
}

/// The same as the machine says, whatever a test has made of it: tokens are judged by that.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn of_the_machine() -> Time {
    Utc::now().trunc_subsecs(6)
}

/// Only a test moves the clock.
#[cfg(not(feature = "testing"))]
fn ahead() -> chrono::TimeDelta {
    chrono::TimeDelta::zero()
}

/// What a thread's clock goes by, besides the machine.
#[cfg(not(feature = "testing"))]
pub(crate) struct Hand;

#[cfg(not(feature = "testing"))]
impl Hand {
    pub(crate) fn here() -> Self {
        Self
    }

    pub(crate) fn adopt(self) {}
}

/// The day of a moment, in UTC: `2026-11-21`.
#[must_use]
pub fn day(moment: Time) -> String {
    moment.format("%Y-%m-%d").to_string()
}

/// As the contract carries it.
#[must_use]
pub fn to_proto(time: Time) -> Timestamp {
    let nanos = i32::try_from(time.timestamp_subsec_nanos()).unwrap_or(999_999_999);
    Timestamp { seconds: time.timestamp(), nanos }
}

/// The years 1 to 9999, in Unix seconds: what a `Timestamp` may name.
const NAMEABLE: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// From the contract, cut to microseconds; `None` if it lies outside the years that a timestamp can name.
#[must_use]
pub fn from_proto(time: Timestamp) -> Option<Time> {
    if !NAMEABLE.contains(&time.seconds) {
        return None;
    }
    let nanos = u32::try_from(time.nanos).ok()?;
    DateTime::from_timestamp(time.seconds, nanos).map(|time| time.trunc_subsecs(6))
}

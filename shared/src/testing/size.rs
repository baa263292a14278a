//! How much a test does: a little with every change, a lot when that is asked for.

use crate::config::Variables;

/// `quick`, or `long` where `AZORA_TEST_LONG` is set; `scripts/test --long` does so.
#[must_use]
pub fn size<T>(quick: T, long: T) -> T {
    if Variables::read().get("AZORA_TEST_LONG").is_some() { long } else { quick }
}

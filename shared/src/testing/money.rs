//! Money as the contract writes it, and as a number to calculate with. Either may be below zero.

use crate::amount::Amount;

/// The units of 1e-8 that a text counts.
#[must_use]
pub fn units(text: &str) -> i64 {
    let counted = |digits: &str| Amount::parse(digits).expect("an amount").units();
    text.strip_prefix('-').map_or_else(|| counted(text), |digits| -counted(digits))
}

/// So many units of 1e-8 as text.
#[must_use]
pub fn text(units: i64) -> String {
    Amount::from_units(units).expect("in range").to_string()
}

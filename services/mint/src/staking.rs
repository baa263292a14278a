//! What a stake earns: a simple yearly rate, fixed at the start, for the days agreed. Whole numbers only, rounded down once.

use shared::amount::Amount;
use shared::error::Result;

use crate::config::Config;

pub const DAYS_DEFAULT: i32 = 30;
pub const DAYS_MAX: i32 = 1825;
/// Ten thousand basis points, for a year of 365 days.
const WHOLE_YEAR: i128 = 10_000 * 365;

/// A year's rate for a term, in basis points: the longer, the better.
pub fn rate_bp(config: &Config, days: i32) -> i32 {
    if days >= config.stake_long_days {
        config.stake_rate_long_bp
    } else if days >= config.stake_medium_days {
        config.stake_rate_medium_bp
    } else {
        config.stake_rate_short_bp
    }
}

/// What is paid on top of the principal.
pub fn reward(principal: Amount, rate_bp: i32, days: i32) -> Result<Amount> {
    let units = i128::from(principal.units()) * i128::from(rate_bp) * i128::from(days) / WHOLE_YEAR;
    // At most five years at a hundred percent.
    Ok(i64::try_from(units).map_or(Err(shared::amount::AmountError::OutOfRange), Amount::from_units)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};
    use shared::amount::MAX_UNITS;

    use super::*;

    fn units(units: i64) -> Amount {
        Amount::from_units(units).expect("in range")
    }

    #[test]
    fn a_thousand_coins_earn_what_the_rates_say() {
        for (rate, days, earned) in [(500, 30, "4.10958904"), (1000, 90, "24.65753424"), (1500, 365, "150")] {
            assert_eq!(reward(Amount::whole(1000), rate, days).expect("in range").to_string(), earned);
        }
    }

    proptest! {
        /// The sum of both, times five, is an amount still.
        #[test]
        fn splitting_or_restaking_never_earns_more(
            one in 0..=MAX_UNITS / 10,
            other in 0..=MAX_UNITS / 10,
            rate in 0..=10_000_i32,
            days in 2..=DAYS_MAX,
        ) {
            let earned = |principal: i64, days: i32| reward(units(principal), rate, days).expect("in range").units();
            prop_assert!(earned(one, days) + earned(other, days) <= earned(one + other, days));
            let half = days / 2;
            prop_assert!(earned(one, half) + earned(one, days - half) <= earned(one, days));
        }
    }
}

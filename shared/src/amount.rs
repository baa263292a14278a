//! Money: a whole number of units of 1e-8, inside decimal(18,8). No float ever touches it.

use std::fmt;

use rust_decimal::Decimal;
use sea_orm::DeriveValueType;

/// Decimal places of every amount.
pub const PLACES: u32 = 8;
/// The largest count of units: 9999999999.99999999.
pub const MAX_UNITS: i64 = 999_999_999_999_999_999;

/// An amount of money, signed, in units of 1e-8. Never outside decimal(18,8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Amount(i64);

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Signs, exponents, separators, foreign digits, more than eight places, nothing at all.
    #[error("must be plain decimal digits with at most 8 places, such as 10.5")]
    Invalid,
    /// Zero where something has to move.
    #[error("must be greater than zero")]
    NotPositive,
    /// Nothing to divide by: all weights are zero.
    #[error("needs a weight above zero")]
    NoWeight,
    /// Above 9999999999.99999999, in itself or as a sum.
    #[error("must not exceed 9999999999.99999999")]
    OutOfRange,
}

impl AmountError {
    /// The reason that callers see.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Invalid => "AMOUNT_INVALID",
            Self::NotPositive => "AMOUNT_NOT_POSITIVE",
            Self::NoWeight => "NO_WEIGHT",
            Self::OutOfRange => "AMOUNT_OUT_OF_RANGE",
        }
    }
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From a count of 1e-8 units.
    ///
    /// # Errors
    /// `OutOfRange` outside decimal(18,8).
    pub fn from_units(units: i64) -> Result<Self, AmountError> {
        if (-MAX_UNITS..=MAX_UNITS).contains(&units) { Ok(Self(units)) } else { Err(AmountError::OutOfRange) }
    }

    /// A whole number of coins, for constants.
    ///
    /// # Panics
    /// At compile time, if the number leaves the range.
    #[must_use]
    pub const fn whole(coins: i64) -> Self {
        assert!(coins.abs() <= 9_999_999_999, "an amount lies inside decimal(18,8)");
        Self(coins * 100_000_000)
    }

    /// From what a caller wrote: digits, and at most eight more after a point. Refused, never rounded.
    ///
    /// # Errors
    /// `Invalid` for any other form, `OutOfRange` above decimal(18,8).
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        Self::from_units(parse_scaled(text, 10, PLACES as usize)?)
    }

    /// From what a caller wrote, where something has to move.
    ///
    /// # Errors
    /// As `parse`, and `NotPositive` for zero.
    pub fn parse_positive(text: &str) -> Result<Self, AmountError> {
        match Self::parse(text)? {
            Self::ZERO => Err(AmountError::NotPositive),
            amount => Ok(amount),
        }
    }

    /// The count of 1e-8 units.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.0
    }

    /// The sum, unless it leaves the range.
    ///
    /// # Errors
    /// `OutOfRange`.
    pub fn plus(self, other: Self) -> Result<Self, AmountError> {
        Self::from_units(self.0 + other.0)
    }

    /// The difference, unless it leaves the range.
    ///
    /// # Errors
    /// `OutOfRange`.
    pub fn minus(self, other: Self) -> Result<Self, AmountError> {
        Self::from_units(self.0 - other.0)
    }

    /// With all its places, as bookkeeping programs like it: `10.50000000`.
    #[must_use]
    pub fn with_all_places(self) -> String {
        Decimal::new(self.0, PLACES).to_string()
    }

    /// The same amount with the other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(-self.0)
    }
}

/// Reads plain decimal digits, and at most `places` more after a point, as a count of the smallest unit: `1.5` with two places is
/// 150. Refused, never rounded.
///
/// # Errors
/// `Invalid` for any other form, `OutOfRange` for more than `digits` before the point.
pub fn parse_scaled(text: &str, digits: usize, places: usize) -> Result<i64, AmountError> {
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return Err(AmountError::Invalid),
        Some((whole, fraction)) => (whole, fraction),
        None => (text, ""),
    };
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) || fraction.len() > places {
        return Err(AmountError::Invalid);
    }
    let significant = whole.trim_start_matches('0');
    if significant.len() > digits {
        return Err(AmountError::OutOfRange);
    }
    format!("{significant}{fraction:0<places$}").parse().map_err(|_overflow| AmountError::OutOfRange)
}

/// Divides an amount by weights: the one place where money is divided. The parts sum to the whole; a larger weight never gets
/// less than a smaller one, and one of zero gets nothing. What is left over after rounding down goes to the largest
/// remainders, one unit each, and among equal ones to those that come first. One unit more to divide may move a unit from one
/// part to another: nothing may rely on the opposite.
///
/// A fee of `b` basis points is `allocate(gross, &[b, 10_000 - b])`.
///
/// # Errors
/// `NoWeight` if all weights are zero or there is none; `OutOfRange` for a negative amount.
pub fn allocate(total: Amount, weights: &[u32]) -> Result<Vec<Amount>, AmountError> {
    let sum: i128 = weights.iter().copied().map(i128::from).sum();
    if sum == 0 {
        return Err(AmountError::NoWeight);
    }
    if total < Amount::ZERO {
        return Err(AmountError::OutOfRange);
    }
    let whole = i128::from(total.0);
    let shares = weights.iter().map(|weight| whole * i128::from(*weight));
    let (mut parts, remainders): (Vec<i128>, Vec<i128>) = shares.map(|share| (share / sum, share % sum)).unzip();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(remainders[*place]));
    let left = whole - parts.iter().sum::<i128>();
    // Fewer units are left than there are weights, and a weight of zero has no remainder.
    for (place, _unit) in order.into_iter().zip(0..left) {
        parts[place] += 1;
    }
    let part =
        |units: i128| i64::try_from(units).map_err(|_overflow| AmountError::OutOfRange).and_then(Amount::from_units);
    parts.into_iter().map(part).collect()
}

/// Without trailing zeros: `10.5`, `0.00000001`, `1000`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Decimal::new(self.0, PLACES).normalize())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn what_is_not_plain_decimal_text_is_refused() {
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "1,000",
            "NaN",
            "inf",
            " 1",
            "1 ",
            "0x10",
            "١",
            "1.123456789",
            "1.0000000000",
        ] {
            assert_eq!(Amount::parse(text), Err(AmountError::Invalid), "{text:?}");
        }
    }

    #[test]
    fn the_range_is_decimal_18_8() {
        assert_eq!(Amount::parse("9999999999.99999999").map(Amount::units), Ok(MAX_UNITS));
        assert_eq!(Amount::parse("0000009999999999.99999999").map(Amount::units), Ok(MAX_UNITS));
        assert_eq!(Amount::parse("10000000000"), Err(AmountError::OutOfRange));
        assert_eq!(Amount::parse(&"9".repeat(400)), Err(AmountError::OutOfRange));
        let most = Amount::from_units(MAX_UNITS).expect("in range");
        assert_eq!(most.plus(Amount::from_units(1).expect("in range")), Err(AmountError::OutOfRange));
        assert_eq!(most.negated().minus(Amount::from_units(1).expect("in range")), Err(AmountError::OutOfRange));
    }

    #[test]
    fn all_places_are_written_where_they_are_asked_for() {
        let written = |units| Amount::from_units(units).map(Amount::with_all_places);
        assert_eq!(written(0), Ok("0.00000000".to_owned()));
        assert_eq!(written(-1), Ok("-0.00000001".to_owned()));
        assert_eq!(written(1_050_000_000), Ok("10.50000000".to_owned()));
        assert_eq!(written(-MAX_UNITS), Ok("-9999999999.99999999".to_owned()));
    }

    #[test]
    fn zero_does_not_move() {
        assert_eq!(Amount::parse_positive("0.00000000"), Err(AmountError::NotPositive));
        assert_eq!(Amount::parse("0"), Ok(Amount::ZERO));
    }

    #[test]
    fn what_is_left_over_goes_to_the_largest_remainders() {
        let units = |parts: Vec<Amount>| parts.into_iter().map(Amount::units).collect::<Vec<_>>();
        let of =
            |total, weights: &[u32]| Amount::from_units(total).and_then(|total| allocate(total, weights)).map(units);
        assert_eq!(of(100, &[1, 1, 1]), Ok(vec![34, 33, 33]));
        assert_eq!(of(10, &[500, 9500]), Ok(vec![1, 9]), "equal remainders: the first");
        assert_eq!(of(3, &[0, 1, 1]), Ok(vec![0, 2, 1]));
        assert_eq!(of(MAX_UNITS, &[u32::MAX, u32::MAX]), Ok(vec![(MAX_UNITS + 1) / 2, MAX_UNITS / 2]));
        assert_eq!(of(0, &[1, 2]), Ok(vec![0, 0]));
        assert_eq!(of(1, &[0, 0]), Err(AmountError::NoWeight));
        assert_eq!(of(1, &[]), Err(AmountError::NoWeight));
        assert_eq!(of(-1, &[1]), Err(AmountError::OutOfRange));
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(units in 0..=MAX_UNITS) {
            let amount = Amount::from_units(units).expect("in range");
            prop_assert_eq!(Amount::parse(&amount.to_string()), Ok(amount));
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _judged = Amount::parse(&text);
        }
    }
}

//! What money of one currency buys of another. AZR is on one side of every rate, so that one number says both directions.
//! Whole numbers only, rounded down once and for the liquidity wallets: changing there and back never gains.

use std::fmt;

use proto::azora::common::v1::Currency;
use sea_orm::DeriveValueType;
use shared::amount::{Amount, AmountError, allocate, parse_scaled};

/// What every rate is for one of.
pub const BASE: Currency = Currency::Azr;
/// What it is changed into and bought with.
pub const QUOTES: [Currency; 3] = [Currency::Btc, Currency::Eth, Currency::Usd];

const WHOLE_DIGITS: usize = 6;
const PLACES: usize = 12;
/// A rate of one.
const ONE_E12: i64 = 1_000_000_000_000;
/// All of an amount in basis points.
const WHOLE_BP: u32 = 10_000;

/// How much of another currency one AZR is worth, in units of 1e-12. Above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveValueType)]
pub struct Rate(i64);

impl Rate {
    /// From plain decimal text above zero with at most 12 places, below 1000000.
    pub fn parse(text: &str) -> Option<Self> {
        parse_scaled(text, WHOLE_DIGITS, PLACES).ok().filter(|e12| *e12 > 0).map(Self)
    }

    fn e12(self) -> i128 {
        i128::from(self.0)
    }
}

/// The smallest there is.
impl Default for Rate {
    fn default() -> Self {
        Self(1)
    }
}

/// Without trailing zeros: `0.1`, `0.0000025`, `12`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:012}", self.0 / ONE_E12, self.0 % ONE_E12);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// A change of currency, by the one beside AZR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// AZR is sold for it.
    Into(Currency),
    /// It is sold for AZR.
    OutOf(Currency),
}

/// What comes of a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Converted {
    /// What the platform keeps of what is sold.
    pub fee: Amount,
    /// What is left of it, and is changed.
    pub rest: Amount,
    /// What is paid for that.
    pub bought: Amount,
}

impl Exchange {
    /// `None` where AZR is on neither side, or on both.
    pub fn between(sold: Currency, bought: Currency) -> Option<Self> {
        match (sold == BASE, bought == BASE) {
            (true, false) => Some(Self::Into(bought)),
            (false, true) => Some(Self::OutOf(sold)),
            (true, true) | (false, false) => None,
        }
    }

    /// The currency beside AZR.
    pub fn quote(self) -> Currency {
        match self {
            Self::Into(quote) | Self::OutOf(quote) => quote,
        }
    }

    /// Takes the fee off an amount and changes the rest. The fee is divided off like every other one, to the nearest unit: with
    /// the rest it is what was sold.
    ///
    /// # Errors
    /// `OutOfRange` for more than an amount can be.
    pub fn convert(self, sold: Amount, fee_bp: u32, rate: Rate) -> Result<Converted, AmountError> {
        let fee = allocate(sold, &[fee_bp, WHOLE_BP.saturating_sub(fee_bp)])?[0];
        let rest = sold.minus(fee)?;
        // Two numbers of 63 bits at most.
        let worth = match self {
            Self::Into(_) => i128::from(rest.units()) * rate.e12() / i128::from(ONE_E12),
            Self::OutOf(_) => i128::from(rest.units()) * i128::from(ONE_E12) / rate.e12(),
        };
        let bought = i64::try_from(worth).map_err(|_overflow| AmountError::OutOfRange).and_then(Amount::from_units)?;
        Ok(Converted { fee, rest, bought })
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection;
    use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
    use shared::amount::MAX_UNITS;
    use shared::testing::size;

    use super::*;

    const RATE_MAX: i64 = 999_999_999_999_999_999;

    fn rate(text: &str) -> Rate {
        Rate::parse(text).expect("a rate")
    }

    fn amount(text: &str) -> Amount {
        Amount::parse(text).expect("an amount")
    }

    fn units(units: i64) -> Amount {
        Amount::from_units(units).expect("in range")
    }

    #[test]
    fn azr_is_on_one_side() {
        for quote in QUOTES {
            assert_eq!(Exchange::between(Currency::Azr, quote), Some(Exchange::Into(quote)));
            assert_eq!(Exchange::between(quote, Currency::Azr), Some(Exchange::OutOf(quote)));
            assert_eq!(Exchange::between(quote, quote), None);
        }
        assert_eq!(Exchange::between(Currency::Usd, Currency::Btc), None);
        assert_eq!(Exchange::between(Currency::Azr, Currency::Azr), None);
    }

    #[test]
    fn a_sale_is_worth_what_the_rule_says() {
        let usd = Exchange::Into(Currency::Usd);
        let (azr, of_btc) = (Exchange::OutOf(Currency::Usd), Exchange::OutOf(Currency::Btc));
        for (exchange, sold, fee_bp, at, fee, bought) in [
            (usd, "100", 30, "0.1", "0.3", "9.97"),
            (usd, "100", 0, "0.1", "0", "10"),
            (usd, "100", 10_000, "0.1", "100", "0"),
            (usd, "0.00000019", 0, "0.1", "0", "0.00000001"),
            (usd, "0.00000009", 0, "0.1", "0", "0"),
            (azr, "10", 30, "0.1", "0.03", "99.7"),
            (azr, "1", 0, "0.3", "0", "3.33333333"),
            (of_btc, "0.00000001", 0, "0.0000025", "0", "0.004"),
            (of_btc, "1", 30, "0.0000025", "0.003", "398800"),
            // Half a unit of fee is the platform's, less than half the seller's.
            (usd, "0.00000167", 30, "1", "0.00000001", "0.00000166"),
            (usd, "0.00000166", 30, "1", "0", "0.00000166"),
            (usd, "9999999999.99999999", 0, "1", "0", "9999999999.99999999"),
        ] {
            let converted = exchange.convert(amount(sold), fee_bp, rate(at)).expect("in range");
            assert_eq!((converted.fee, converted.bought), (amount(fee), amount(bought)), "{sold} at {at}");
            assert_eq!(converted.fee.plus(converted.rest), Ok(amount(sold)));
        }
    }

    #[test]
    fn what_no_amount_can_be_is_refused() {
        let most = units(MAX_UNITS);
        let into = Exchange::Into(Currency::Usd).convert(most, 0, rate("999999.999999999999"));
        let out_of = Exchange::OutOf(Currency::Usd).convert(most, 0, rate("0.000000000001"));
        assert_eq!((into, out_of), (Err(AmountError::OutOfRange), Err(AmountError::OutOfRange)));
    }

    #[test]
    fn rates_are_plain_text_with_twelve_places_above_zero() {
        for (text, shown) in [
            ("0.1", "0.1"),
            ("0.10", "0.1"),
            ("12", "12"),
            ("120.000", "120"),
            ("0.000000000001", "0.000000000001"),
            ("999999.999999999999", "999999.999999999999"),
        ] {
            assert_eq!(rate(text).to_string(), shown);
        }
        for text in ["", "0", "0.000000000000", "-1", "1e3", "1.", ".5", "0.0000000000001", "1000000", "NaN", "1,5"] {
            assert_eq!(Rate::parse(text), None, "{text:?}");
        }
    }

    /// Small and large ones alike.
    fn numbers(most: i64) -> impl Strategy<Value = i64> {
        prop_oneof![1..=1_000_i64, 1..=1_000_000_000_i64, 1..=most]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(size(100_000, 1_000_000)))]

        #[test]
        fn there_and_back_never_gains(
            sold in numbers(MAX_UNITS),
            e12 in numbers(RATE_MAX),
            fee_bp in 0..=100_u32,
            begins_with_azr in any::<bool>(),
        ) {
            let (into, out_of) = (Exchange::Into(Currency::Usd), Exchange::OutOf(Currency::Usd));
            let (there, back) = if begins_with_azr { (into, out_of) } else { (out_of, into) };
            if let Ok(gone) = there.convert(units(sold), fee_bp, Rate(e12)) {
                let came = back.convert(gone.bought, fee_bp, Rate(e12)).expect("no more than it was");
                prop_assert!(came.bought <= gone.rest && gone.rest <= units(sold), "{gone:?} {came:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_paid_is_the_most_that_the_rate_allows(
            sold in numbers(MAX_UNITS),
            e12 in numbers(RATE_MAX),
            fee_bp in 0..=WHOLE_BP,
        ) {
            let (one, per) = (i128::from(ONE_E12), i128::from(e12));
            if let Ok(done) = Exchange::Into(Currency::Usd).convert(units(sold), fee_bp, Rate(e12)) {
                let (rest, bought) = (i128::from(done.rest.units()), i128::from(done.bought.units()));
                prop_assert!(bought * one <= rest * per && rest * per < (bought + 1) * one, "{done:?}");
            }
            if let Ok(done) = Exchange::OutOf(Currency::Usd).convert(units(sold), fee_bp, Rate(e12)) {
                let (rest, bought) = (i128::from(done.rest.units()), i128::from(done.bought.units()));
                prop_assert!(bought * per <= rest * one && rest * one < (bought + 1) * per, "{done:?}");
            }
        }

        #[test]
        fn no_way_through_several_currencies_gains(
            sold in numbers(MAX_UNITS),
            e12s in [numbers(RATE_MAX), numbers(RATE_MAX), numbers(RATE_MAX)],
            ways in collection::vec(0..QUOTES.len(), 1..8),
        ) {
            let mut has = units(sold);
            for way in ways {
                let (quote, at) = (QUOTES[way], Rate(e12s[way]));
                let Ok(gone) = Exchange::Into(quote).convert(has, 0, at) else { continue };
                let came = Exchange::OutOf(quote).convert(gone.bought, 0, at).expect("no more than it was");
                prop_assert!(came.bought <= has);
                has = came.bought;
            }
        }

        #[test]
        fn what_is_printed_reads_back(e12 in numbers(RATE_MAX)) {
            prop_assert_eq!(Rate::parse(&Rate(e12).to_string()), Some(Rate(e12)));
        }
    }
}

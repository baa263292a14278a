//! Sums of money that the database makes, exact however many rows there are: SQLite refuses a sum of whole numbers that does
//! not fit, so it is made in two parts, of millions and of units.

use sea_orm::sea_query::Expr;
use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable};
use shared::amount::{Amount, AmountError, MAX_UNITS};

const MILLION: i128 = 1_000_000;

/// A sum, in units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum(pub i128);

/// The sum of a column of units, to be read as a `Sum`.
pub fn of(column: &str) -> Expr {
    let part = |part: &str| format!("CAST(SUM({column} {part} {MILLION}) AS TEXT)");
    Expr::cust(format!("COALESCE({} || ' ' || {}, '0 0')", part("/"), part("%")))
}

impl Sum {
    /// As an amount.
    pub fn amount(self) -> Result<Amount, AmountError> {
        i64::try_from(self.0).map_or(Err(AmountError::OutOfRange), Amount::from_units)
    }

    /// The same, but what is larger than any amount is the largest one.
    pub fn at_most_the_largest(self) -> Amount {
        let most = i128::from(MAX_UNITS);
        Self(self.0.clamp(-most, most)).amount().unwrap_or_default()
    }

    fn parse(text: &str) -> Option<Self> {
        let (millions, units) = text.split_once(' ')?;
        Some(Self(millions.parse::<i128>().ok()? * MILLION + units.parse::<i128>().ok()?))
    }
}

impl TryGetable for Sum {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(row, index)?;
        Self::parse(&text).ok_or_else(|| DbErr::Type(format!("{text:?} is not a sum in two parts")).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_parts_make_a_whole() {
        assert_eq!(Sum::parse("-3 -250000"), Some(Sum(-3_250_000)));
        assert_eq!(Sum::parse("99999999999999 7"), Some(Sum(99_999_999_999_999_000_007)));
        assert_eq!((Sum::parse("1"), Sum::parse("1.0 2")), (None, None));
    }

    #[test]
    fn what_is_too_large_is_refused_or_cut() {
        let most = i128::from(MAX_UNITS);
        assert_eq!(Sum(most).amount().map(Amount::units), Ok(MAX_UNITS));
        for beyond in [most + 1, i128::from(i64::MAX) + 1] {
            assert_eq!(Sum(beyond).amount(), Err(AmountError::OutOfRange));
            assert_eq!(Sum(beyond).at_most_the_largest().units(), MAX_UNITS);
        }
    }
}

//! Percents, scores and ratings: whole hundredths, so that 33.33 % is what it says. `Hundredths(2500)` is 25 %.

use std::fmt;

use rust_decimal::Decimal;
use sea_orm::DeriveValueType;

/// A number with two places, kept as an integer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Hundredths(pub i32);

impl Hundredths {
    /// From plain decimal text with at most two places.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > 2 {
            return None;
        }
        format!("{whole}{fraction:0<2}").parse().ok().map(Self)
    }
}

/// Without trailing zeros: `25`, `4.5`, `55.33`.
impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Decimal::new(self.0.into(), 2).normalize())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn only_plain_text_with_two_places_is_read() {
        assert_eq!(Hundredths::parse("4.5"), Some(Hundredths(450)));
        assert_eq!(Hundredths::parse("25"), Some(Hundredths(2500)));
        for text in ["", "-1", "1.", ".5", "1.234", "1e2", "99999999999"] {
            assert_eq!(Hundredths::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(value in 0..=i32::MAX) {
            prop_assert_eq!(Hundredths::parse(&Hundredths(value).to_string()), Some(Hundredths(value)));
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _read = Hundredths::parse(&text);
        }
    }
}

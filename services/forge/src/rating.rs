//! The stars of a profile: the mean of all ratings, to two places, half up.

use shared::hundredths::Hundredths;

/// `sum / count` in hundredths; 0 before the first rating.
pub fn mean(sum: i32, count: i32) -> Hundredths {
    if count <= 0 {
        return Hundredths(0);
    }
    let (sum, count) = (i64::from(sum), i64::from(count));
    let hundredths = (sum * 200 + count) / (count * 2);
    Hundredths(i32::try_from(hundredths).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::*;

    #[test]
    fn the_mean_is_rounded_half_up() {
        assert_eq!(mean(18, 4), Hundredths(450));
        assert_eq!(mean(5, 3), Hundredths(167));
        assert_eq!(mean(0, 0), Hundredths(0));
    }

    proptest! {
        #[test]
        fn stars_stay_between_one_and_five(count in 1..=100_000i32, stars in 1..=5i32) {
            prop_assert!((100..=500).contains(&mean(count * stars, count).0));
        }
    }
}

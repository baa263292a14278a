//! Dividing money, very often: whatever is divided by whatever, nothing is lost and nobody is favoured.

#![expect(clippy::expect_used, reason = "what helps a test fails like a test")]

use shared::amount::{Amount, AmountError, MAX_UNITS, allocate};
use shared::testing::{Chance, size};

/// Mostly ordinary weights; some that are equal, zero, or as large as they may be.
fn weights(chance: &mut Chance) -> Vec<u32> {
    let most = [1, 3, 10_000, i64::from(u32::MAX)][chance.place(4)];
    let count = 1 + chance.place(11);
    (0..count).map(|_| u32::try_from(chance.number(0..=most)).expect("within bounds")).collect()
}

#[test]
fn parts_sum_to_the_whole_and_follow_their_weights() {
    let mut chance = Chance::start();
    for _ in 0..size(100_000, 1_000_000) {
        let most = [10, 1_000_000, MAX_UNITS][chance.place(3)];
        let total = Amount::from_units(chance.number(0..=most)).expect("in range");
        let weights = weights(&mut chance);
        let divided = allocate(total, &weights);
        assert_eq!(divided, allocate(total, &weights), "equal input, equal output");
        if weights.iter().all(|weight| *weight == 0) {
            assert_eq!(divided, Err(AmountError::NoWeight));
            continue;
        }
        let parts = divided.expect("a weight above zero");
        assert_eq!(parts.len(), weights.len());
        assert_eq!(parts.iter().map(|part| part.units()).sum::<i64>(), total.units(), "{total} by {weights:?}");
        let mut shares: Vec<(u32, Amount)> = weights.into_iter().zip(parts).collect();
        shares.sort_unstable();
        assert!(shares.iter().all(|(weight, part)| *part >= Amount::ZERO && (*weight > 0 || *part == Amount::ZERO)));
        for pair in shares.windows(2) {
            let [(less, small), (more, large)] = pair else { unreachable!("windows of two") };
            // Sorted by weight and then by part: what belongs to a larger weight is no smaller than the largest before.
            assert!(less == more || small <= large, "{total} by {shares:?}");
        }
    }
}

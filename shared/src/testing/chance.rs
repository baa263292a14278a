//! Chance that can be had again: a random test prints its seed, and `AZORA_TEST_SEED` repeats its run.

use std::ops::RangeInclusive;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::config::Variables;
use crate::random;

/// A generator of numbers that follow from its seed.
#[derive(Clone)]
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// From `AZORA_TEST_SEED`, or from a seed of its own. It is printed, and shown with a test that fails.
    #[must_use]
    pub fn start() -> Self {
        let variables = Variables::read();
        let given =
            variables.get("AZORA_TEST_SEED").map(|seed| seed.parse::<u64>().expect("AZORA_TEST_SEED is a number"));
        let seed = given.unwrap_or_else(|| u64::from_le_bytes(random::bytes()));
        println!("AZORA_TEST_SEED={seed}");
        Self::of(seed)
    }

    /// From this seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// One of its own for what goes on beside.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        Self::of(self.0.next_u64())
    }

    /// A number within bounds. The remainder of so large a number favours none of them by much.
    pub fn number(&mut self, bounds: RangeInclusive<i64>) -> i64 {
        let drawn = self.0.next_u64();
        let count = bounds.end().abs_diff(*bounds.start()).checked_add(1);
        bounds.start().wrapping_add_unsigned(count.map_or(drawn, |count| drawn % count))
    }

    /// A place in a list of so many.
    pub fn place(&mut self, count: usize) -> usize {
        let count = i64::try_from(count).expect("a list in memory");
        usize::try_from(self.number(0..=count - 1)).expect("not below zero")
    }

    /// What happens once in so many times.
    pub fn one_in(&mut self, times: i64) -> bool {
        self.number(1..=times) == 1
    }

    /// Puts a list in another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let other = self.place(last + 1);
            list.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_again_and_another_one_does_not() {
        let drawn = |seed| {
            let mut chance = Chance::of(seed);
            [(); 4].map(|()| chance.number(0..=1_000_000))
        };
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
    }

    #[test]
    fn numbers_reach_both_ends_of_their_bounds_and_no_further() {
        let mut chance = Chance::of(1);
        let drawn: Vec<i64> = (0..1000).map(|_| chance.number(-1..=1)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&-1), Some(&1)));
        let places: Vec<usize> = (0..1000).map(|_| chance.place(3)).collect();
        assert_eq!((places.iter().min(), places.iter().max()), (Some(&0), Some(&2)));
    }

    #[test]
    fn a_shuffled_list_has_the_same_in_it() {
        let mut list: Vec<usize> = (0..100).collect();
        Chance::of(1).shuffle(&mut list);
        assert!(!list.is_sorted());
        list.sort_unstable();
        assert!(list.into_iter().eq(0..100));
    }
}

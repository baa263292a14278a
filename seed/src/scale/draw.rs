//! What a row of the large set looks like: drawn from its own generator, so that the same row is the same in every set.

use std::ops::RangeInclusive;

use anyhow::Result;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The generator of one row.
pub struct Draw(ChaCha8Rng);

/// First and last names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// As in "Themba Ndlovu".
    pub first: Vec<String>,
    /// The other one.
    pub last: Vec<String>,
}

impl Names {
    /// Reads the list that is compiled in.
    pub fn read() -> Result<Self> {
        Ok(toml::from_str(include_str!("../../data/names.toml"))?)
    }
}

impl Draw {
    /// The generator of row `index` of `entity`.
    pub fn of(entity: &str, index: u32) -> Self {
        Self(ChaCha8Rng::from_seed(Sha256::digest(format!("azora-scale/v1/{entity}/{index}")).into()))
    }

    /// A number within bounds. The remainder favours none of so few by more than one in 2^32.
    pub fn number(&mut self, bounds: RangeInclusive<u32>) -> u32 {
        let span = u64::from(bounds.end() - bounds.start()) + 1;
        bounds.start() + u32::try_from(self.0.next_u64() % span).unwrap_or_default()
    }

    /// A place in a list of `count`.
    pub fn index(&mut self, count: u32) -> u32 {
        self.number(0..=count.max(1) - 1)
    }

    /// One of a list that is not empty.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let count = u32::try_from(of.len()).unwrap_or(u32::MAX);
        &of[self.index(count) as usize]
    }
}

/// How many rows each entity has where there are `n` students.
#[derive(Clone, Copy)]
pub struct Counts {
    pub students: u32,
    pub educators: u32,
    pub employers: u32,
    pub courses: u32,
    pub jobs: u32,
    pub sessions: u32,
    pub paths: u32,
}

impl Counts {
    /// A larger set has all rows of a smaller one.
    pub fn of(n: u32) -> Self {
        Self {
            students: n,
            educators: (n / 50).max(2),
            employers: (n / 50).max(2),
            courses: (n / 25).max(4),
            jobs: (n / 10).max(4),
            sessions: n / 4,
            paths: n / 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_the_same_in_every_run_and_unlike_its_neighbours() {
        let drawn = |entity, index| [(); 4].map(|()| Draw::of(entity, index).number(0..=u32::MAX - 1));
        assert_eq!(drawn("student", 7), drawn("student", 7));
        assert_ne!(drawn("student", 7), drawn("student", 8));
        assert_ne!(drawn("student", 7), drawn("course", 7));
        assert_eq!(Draw::of("student", 0).number(1..=1_000_000), 176_758);
    }

    #[test]
    fn numbers_reach_both_ends_of_their_bounds_and_no_further() {
        let mut draw = Draw::of("test", 0);
        let drawn: Vec<u32> = (0..1000).map(|_| draw.number(3..=5)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&3), Some(&5)));
    }

    #[test]
    fn there_are_a_hundred_names_of_each_kind() {
        let names = Names::read().expect("well-formed");
        for mut list in [names.first, names.last] {
            list.sort();
            list.dedup();
            assert_eq!(list.len(), 100);
        }
    }
}

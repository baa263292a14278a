//! How far somebody is in a course: completed modules count whole, begun ones half. Pure: no database, no clock.

use shared::hundredths::Hundredths;

/// 100 % in hundredths.
const WHOLE: i64 = 10_000;

/// What one student has done of one course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Modules of the course; deleted ones do not count.
    pub modules: i64,
    /// Those begun and not completed.
    pub begun: i64,
    /// Those completed.
    pub completed: i64,
}

impl Tally {
    /// A course of which nothing has been begun.
    #[must_use]
    pub fn of(modules: i64) -> Self {
        Self { modules, begun: 0, completed: 0 }
    }

    /// One more module of the course that has been begun, and completed or not.
    #[must_use]
    pub fn with(self, completed: bool) -> Self {
        if completed { Self { completed: self.completed + 1, ..self } } else { Self { begun: self.begun + 1, ..self } }
    }

    /// 100 x (completed + begun / 2) / modules, rounded half up to two places. A course without modules stays at 0.
    #[must_use]
    pub fn percent(self) -> Hundredths {
        if self.modules <= 0 {
            return Hundredths(0);
        }
        // Counted in halves of a module, so that nothing but the last division rounds.
        let (done, all) = (2 * self.completed + self.begun, 2 * self.modules);
        let rounded = (2 * WHOLE * done + all) / (2 * all);
        Hundredths(i32::try_from(rounded.clamp(0, WHOLE)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn percent(modules: i64, begun: i64, completed: i64) -> String {
        Tally { modules, begun, completed }.percent().to_string()
    }

    #[test]
    fn one_of_two_modules_begun_is_a_quarter() {
        assert_eq!(percent(2, 1, 0), "25");
    }

    #[test]
    fn completed_modules_count_whole_and_begun_ones_half() {
        assert_eq!(percent(4, 0, 0), "0");
        assert_eq!(percent(4, 1, 1), "37.5");
        assert_eq!(percent(4, 4, 0), "50");
        assert_eq!(percent(4, 0, 4), "100");
    }

    #[test]
    fn thirds_are_rounded_half_up_to_two_places() {
        assert_eq!(percent(3, 0, 1), "33.33");
        assert_eq!(percent(3, 1, 0), "16.67");
        assert_eq!(percent(3, 0, 2), "66.67");
        // 1 / 32 of 100 is 3.125.
        assert_eq!(percent(16, 1, 0), "3.13");
    }

    #[test]
    fn a_course_without_modules_stays_at_nothing() {
        assert_eq!(percent(0, 0, 0), "0");
    }

    #[test]
    fn a_tally_is_made_module_by_module() {
        let tally = [true, false, true].into_iter().fold(Tally::of(5), Tally::with);
        assert_eq!(tally, Tally { modules: 5, begun: 1, completed: 2 });
    }

    /// Modules, of which some are begun and some completed.
    fn tallies() -> impl Strategy<Value = Tally> {
        (1..5000_i64)
            .prop_flat_map(|modules| (0..=modules).prop_map(move |completed| (modules, completed)))
            .prop_flat_map(|(modules, completed)| {
                (0..=modules - completed).prop_map(move |begun| Tally { modules, begun, completed })
            })
    }

    proptest! {
        #[test]
        fn only_a_completed_course_is_at_a_hundred(tally in tallies()) {
            let percent = tally.percent();
            prop_assert!((0..=10_000).contains(&percent.0));
            prop_assert_eq!(percent == Hundredths(10_000), tally.completed == tally.modules);
            prop_assert_eq!(percent == Hundredths(0), tally.completed + tally.begun == 0);
        }

        #[test]
        fn what_is_done_never_lowers_it(tally in tallies()) {
            if tally.begun > 0 {
                let completed = Tally { begun: tally.begun - 1, completed: tally.completed + 1, ..tally };
                prop_assert!(completed.percent() > tally.percent());
            }
            if tally.begun + tally.completed < tally.modules {
                prop_assert!(tally.with(false).percent() >= tally.percent());
            }
        }

        #[test]
        fn it_lies_within_half_a_hundredth_of_the_exact_value(tally in tallies()) {
            // Both sides times 2 x modules x 2, in hundredths: no fraction is left.
            let exact = 2 * WHOLE * (2 * tally.completed + tally.begun);
            let shown = i64::from(tally.percent().0) * 4 * tally.modules;
            prop_assert!((shown - exact).abs() <= 2 * tally.modules);
        }
    }
}

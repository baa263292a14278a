//! What a learning path looks like when nobody gives its steps: for each level on the way the same number of steps of
//! the same length, from the first ideas to work of one's own, and a milestone where a level ends.
//!
//! No database, no clock: the same question has the same answer.

use proto::azora::common::v1::Level;
use shared::word::Word;

use crate::config::Config;
use crate::entity::learning_path::Milestone;

/// A step that is not on any path yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub title: String,
    pub description: String,
    pub topic: Option<String>,
    pub minutes: i32,
    pub resources: Vec<String>,
    pub criteria: Vec<String>,
}

/// What a learner does in one part of a level.
struct Stage {
    title: &'static str,
    description: &'static str,
    criterion: &'static str,
}

/// The levels in their order.
const LEVELS: [Level; 4] = [Level::Beginner, Level::Intermediate, Level::Advanced, Level::Expert];

static STAGES: [Stage; 5] = [
    Stage {
        title: "First ideas",
        description: "Get to know its words and ideas, and what they are good for.",
        criterion: "explain the main ideas in your own words",
    },
    Stage {
        title: "Worked examples",
        description: "Follow worked examples line by line until none of them surprises you.",
        criterion: "redo three examples without looking",
    },
    Stage {
        title: "Practice",
        description: "Solve exercises that grow harder, and find out why each mistake happened.",
        criterion: "solve eight of ten new exercises",
    },
    Stage {
        title: "Putting it together",
        description: "Work on tasks that need several of its ideas at once.",
        criterion: "finish a task that needs three ideas at once",
    },
    Stage {
        title: "Work of your own",
        description: "Plan, make and check something small that you need yourself.",
        criterion: "finished, checked, shown to another learner",
    },
];

const MINUTES_PER_HOUR: i32 = 60;

/// The levels that are reached on the way from one to another, in order.
fn levels_between(current: Level, target: Level) -> Vec<Level> {
    LEVELS.into_iter().filter(|level| *level > current && *level <= target).collect()
}

/// The steps of a path through a subject, in order.
pub fn steps(subject: &str, current: Level, target: Level, config: &Config) -> Vec<Draft> {
    let per_level = config.path_steps_per_level.get();
    let minutes = i32::from(config.path_step_hours.get()) * MINUTES_PER_HOUR;
    let mut drafts = Vec::new();
    for level in levels_between(current, target) {
        let level = Word(level);
        for number in 1..=per_level {
            let stage = stage(number, per_level);
            drafts.push(Draft {
                title: format!("{} ({level}, {number} of {per_level})", stage.title),
                description: format!("{subject}, {level} level. {}", stage.description),
                topic: None,
                minutes,
                resources: Vec::new(),
                criteria: vec![stage.criterion.to_owned()],
            });
        }
    }
    drafts
}

/// The stages of a level are spread evenly over its steps, however many there are; the last step is always the last
/// stage.
fn stage(number: u8, per_level: u8) -> &'static Stage {
    let last = STAGES.len() - 1;
    let (done, gaps) = (usize::from(number) - 1, usize::from(per_level) - 1);
    let index = (done * last).checked_div(gaps).unwrap_or(last);
    &STAGES[index]
}

/// A milestone for each level on the way, spread evenly over the steps; the last one is the last step.
pub fn milestones(current: Level, target: Level, steps: usize) -> Vec<Milestone> {
    let levels = levels_between(current, target);
    let count = levels.len();
    let position = |reached: usize| i32::try_from((steps * reached).div_ceil(count)).unwrap_or(i32::MAX);
    let in_order = levels.into_iter().zip(1..);
    in_order.map(|(level, reached)| Milestone { level: Word(level).to_string(), position: position(reached) }).collect()
}

/// The hours that steps take together, begun ones counted in full.
pub fn hours(steps: &[Draft]) -> i32 {
    let minutes: i64 = steps.iter().map(|step| i64::from(step.minutes)).sum();
    let hours = (minutes + i64::from(MINUTES_PER_HOUR) - 1) / i64::from(MINUTES_PER_HOUR);
    i32::try_from(hours).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU8;

    use super::*;

    fn config(per_level: u8, hours: u8) -> Config {
        Config {
            path_steps_per_level: NonZeroU8::new(per_level).unwrap(),
            path_step_hours: NonZeroU8::new(hours).unwrap(),
        }
    }

    fn positions(current: Level, target: Level, steps: usize) -> Vec<(String, i32)> {
        let milestones = milestones(current, target, steps);
        milestones.into_iter().map(|milestone| (milestone.level, milestone.position)).collect()
    }

    #[test]
    fn one_level_takes_five_steps_of_eight_hours() {
        let steps = steps("Python", Level::Beginner, Level::Intermediate, &config(5, 8));
        let titles: Vec<&str> = steps.iter().map(|step| step.title.as_str()).collect();
        assert_eq!((steps.len(), hours(&steps)), (5, 40));
        assert!(steps.iter().all(|step| step.minutes == 480 && step.description.starts_with("Python, intermediate")));
        assert_eq!(titles[0], "First ideas (intermediate, 1 of 5)");
        assert_eq!(titles[4], "Work of your own (intermediate, 5 of 5)");
    }

    #[test]
    fn every_level_on_the_way_has_its_steps_and_its_milestone() {
        let steps = steps("Python", Level::Beginner, Level::Expert, &config(5, 8));
        assert_eq!((steps.len(), hours(&steps)), (15, 120));
        let expected = [("intermediate", 5), ("advanced", 10), ("expert", 15)];
        let expected = expected.map(|(level, position)| (level.to_owned(), position));
        assert_eq!(positions(Level::Beginner, Level::Expert, steps.len()), expected);
    }

    #[test]
    fn there_is_no_way_that_does_not_lead_upwards() {
        for (current, target) in [(Level::Expert, Level::Beginner), (Level::Advanced, Level::Advanced)] {
            assert!(steps("Python", current, target, &config(5, 8)).is_empty());
            assert!(milestones(current, target, 5).is_empty());
        }
    }

    #[test]
    fn milestones_are_spread_over_steps_that_somebody_gave() {
        let expected = [("advanced", 2), ("expert", 3)].map(|(level, position)| (level.to_owned(), position));
        assert_eq!(positions(Level::Intermediate, Level::Expert, 3), expected);
        assert_eq!(positions(Level::Beginner, Level::Intermediate, 7), [("intermediate".to_owned(), 7)]);
    }

    #[test]
    fn a_level_ends_with_work_of_ones_own_however_many_steps_it_has() {
        for per_level in 1..=u8::MAX {
            let steps = steps("Python", Level::Beginner, Level::Intermediate, &config(per_level, 1));
            assert_eq!(steps.len(), usize::from(per_level));
            assert!(steps.last().is_some_and(|last| last.title.starts_with("Work of your own")), "{per_level} steps");
        }
    }

    #[test]
    fn a_title_never_outgrows_its_column() {
        let steps = steps(&"x".repeat(200), Level::Beginner, Level::Expert, &config(255, 255));
        assert!(steps.iter().all(|step| step.title.len() <= 200 && step.description.len() <= 2000));
        assert_eq!(hours(&steps), 3 * 255 * 255);
    }

    #[test]
    fn a_begun_hour_counts_in_full() {
        let drafts = steps("Python", Level::Beginner, Level::Intermediate, &config(5, 8));
        let lasting = |minutes| Draft { minutes, ..drafts[0].clone() };
        assert_eq!(hours(&[lasting(60)]), 1);
        assert_eq!(hours(&[lasting(60), lasting(1)]), 2);
    }
}

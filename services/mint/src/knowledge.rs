//! What knowledge is worth: base x weight x difficulty x (1 + score bonus) x (1 + engagement), in whole numbers, rounded half up to
//! a hundredth of a coin once, at the end. And who may tell of it: what is not in the table is refused.

use proto::azora::common::v1::Level;
use proto::azora::mint::v1::ActivityType;
use shared::amount::Amount;
use shared::error::Result;
use shared::hundredths::Hundredths;

/// Percent from which on a score counts for more, and below which a test is not passed.
pub const PASSED: Hundredths = Hundredths(7000);
/// Up to so many seconds, time spent counts for more.
const ENGAGED_SECONDS_MAX: i32 = 1800;
const HOUR_SECONDS: i128 = 3600;
/// From `PASSED` to all of it.
const SCORE_RANGE: i128 = 3000;
/// A hundredth of a coin, in units of 1e-8.
const CENT_UNITS: i64 = 1_000_000;

/// One kind of activity.
struct Kind {
    base_coins: i128,
    weight_tenths: i128,
    told_by: &'static [&'static str],
}

fn kind(activity: ActivityType) -> Kind {
    let of = |base_coins, weight_tenths, told_by| Kind { base_coins, weight_tenths, told_by };
    match activity {
        ActivityType::CourseCompletion => of(100, 10, &["education"]),
        ActivityType::LessonCompletion => of(10, 3, &["education"]),
        ActivityType::QuizPassed => of(25, 5, &["education", "sapiens"]),
        ActivityType::AssignmentSubmitted => of(15, 4, &["education"]),
        ActivityType::PeerTeaching => of(50, 8, &["education"]),
        ActivityType::DiscussionContribution => of(5, 2, &["education"]),
        ActivityType::ProjectCompletion => of(150, 12, &["education"]),
        ActivityType::CertificationEarned => of(500, 20, &["education"]),
        ActivityType::JobCompletion => of(150, 12, &["forge"]),
        ActivityType::SkillAssessment => of(25, 5, &["sapiens"]),
        ActivityType::Unspecified => of(0, 0, &[]),
    }
}

/// Difficulty in halves: 1, 1.5, 2, 3.
fn difficulty_halves(level: Level) -> i128 {
    match level {
        Level::Unspecified => 0,
        Level::Beginner => 2,
        Level::Intermediate => 3,
        Level::Advanced => 4,
        Level::Expert => 6,
    }
}

/// Whether a service may tell of this.
pub fn may_tell(service: &str, activity: ActivityType) -> bool {
    kind(activity).told_by.contains(&service)
}

/// Whether it is a test that has to be passed.
pub fn has_to_be_passed(activity: ActivityType) -> bool {
    matches!(activity, ActivityType::QuizPassed | ActivityType::SkillAssessment)
}

/// What it is worth.
pub fn reward(activity: ActivityType, level: Level, score: Option<Hundredths>, seconds: i32) -> Result<Amount> {
    let Kind { base_coins, weight_tenths, .. } = kind(activity);
    let bonus = score.map_or(0, |score| i128::from(score.0 - PASSED.0).max(0));
    let engaged = i128::from(seconds.clamp(0, ENGAGED_SECONDS_MAX));
    let worth = base_coins * 100 * weight_tenths * difficulty_halves(level);
    let cents = worth * (SCORE_RANGE + bonus) * (HOUR_SECONDS + engaged);
    let whole = 10 * 2 * SCORE_RANGE * HOUR_SECONDS;
    let rounded = (2 * cents + whole) / (2 * whole);
    let units = i64::try_from(rounded).ok().and_then(|cents| cents.checked_mul(CENT_UNITS));
    Ok(units.map_or(Err(shared::amount::AmountError::OutOfRange), Amount::from_units)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_worth_what_the_rule_says() {
        use ActivityType::{CourseCompletion, JobCompletion, LessonCompletion, QuizPassed, SkillAssessment};
        for (activity, level, score, seconds, worth) in [
            (CourseCompletion, Level::Beginner, None, 0, "100"),
            (CourseCompletion, Level::Beginner, Some(8500), 1800, "225"),
            (CourseCompletion, Level::Beginner, Some(6900), 7200, "150"),
            (QuizPassed, Level::Advanced, Some(10_000), 0, "50"),
            (JobCompletion, Level::Intermediate, None, 0, "270"),
            (SkillAssessment, Level::Expert, Some(9000), 600, "72.92"),
            (LessonCompletion, Level::Intermediate, None, 1, "4.5"),
        ] {
            let given = reward(activity, level, score.map(Hundredths), seconds).expect("in range");
            assert_eq!(given.to_string(), worth, "{activity:?}");
        }
    }

    #[test]
    fn each_service_tells_of_its_own() {
        assert!(may_tell("education", ActivityType::QuizPassed) && may_tell("sapiens", ActivityType::QuizPassed));
        assert!(may_tell("forge", ActivityType::JobCompletion) && !may_tell("forge", ActivityType::CourseCompletion));
        assert!(!may_tell("education", ActivityType::JobCompletion) && !may_tell("nexus", ActivityType::QuizPassed));
        assert!(!may_tell("education", ActivityType::Unspecified));
    }
}

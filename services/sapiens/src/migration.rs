//! The steps of sapiens' schema, in order. An applied step is never edited; the next one mends it.

use shared::migrate::Step;

mod m0001_tutoring_sessions;
mod m0002_messages;
mod m0003_learning_insights;
mod m0004_learning_paths;
mod m0005_path_steps;
mod m0006_questions;
mod m0007_assessments;
mod m0008_progress;
mod m0009_student_profiles;
mod m0010_topic_edges;
mod m0011_items;
mod m0012_item_responses;
mod m0013_review_cards;
mod m0014_quota_counters;

pub fn steps() -> Vec<Step> {
    vec![
        Step::new(m0001_tutoring_sessions::Step, include_str!("migration/m0001_tutoring_sessions.rs")),
        Step::new(m0002_messages::Step, include_str!("migration/m0002_messages.rs")),
        Step::new(m0003_learning_insights::Step, include_str!("migration/m0003_learning_insights.rs")),
        Step::new(m0004_learning_paths::Step, include_str!("migration/m0004_learning_paths.rs")),
        Step::new(m0005_path_steps::Step, include_str!("migration/m0005_path_steps.rs")),
        Step::new(m0006_questions::Step, include_str!("migration/m0006_questions.rs")),
        Step::new(m0007_assessments::Step, include_str!("migration/m0007_assessments.rs")),
        Step::new(m0008_progress::Step, include_str!("migration/m0008_progress.rs")),
        Step::new(m0009_student_profiles::Step, include_str!("migration/m0009_student_profiles.rs")),
        Step::new(m0010_topic_edges::Step, include_str!("migration/m0010_topic_edges.rs")),
        Step::new(m0011_items::Step, include_str!("migration/m0011_items.rs")),
        Step::new(m0012_item_responses::Step, include_str!("migration/m0012_item_responses.rs")),
        Step::new(m0013_review_cards::Step, include_str!("migration/m0013_review_cards.rs")),
        Step::new(m0014_quota_counters::Step, include_str!("migration/m0014_quota_counters.rs")),
    ]
}

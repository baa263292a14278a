//! The steps of education's schema, in order. An applied step is never edited; the next one mends it.

use shared::migrate::Step;

mod m0001_students;
mod m0002_courses;
mod m0003_modules;
mod m0004_enrollments;
mod m0005_learning_progress;
mod m0006_assessment_submissions;
mod m0007_wallets;
mod m0008_transactions;
mod m0009_course_prerequisites;
mod m0010_assessment_attempts;
mod m0011_certificates;
mod m0012_settlements;

pub fn steps() -> Vec<Step> {
    vec![
        Step::new(m0001_students::Step, include_str!("migration/m0001_students.rs")),
        Step::new(m0002_courses::Step, include_str!("migration/m0002_courses.rs")),
        Step::new(m0003_modules::Step, include_str!("migration/m0003_modules.rs")),
        Step::new(m0004_enrollments::Step, include_str!("migration/m0004_enrollments.rs")),
        Step::new(m0005_learning_progress::Step, include_str!("migration/m0005_learning_progress.rs")),
        Step::new(m0006_assessment_submissions::Step, include_str!("migration/m0006_assessment_submissions.rs")),
        Step::new(m0007_wallets::Step, include_str!("migration/m0007_wallets.rs")),
        Step::new(m0008_transactions::Step, include_str!("migration/m0008_transactions.rs")),
        Step::new(m0009_course_prerequisites::Step, include_str!("migration/m0009_course_prerequisites.rs")),
        Step::new(m0010_assessment_attempts::Step, include_str!("migration/m0010_assessment_attempts.rs")),
        Step::new(m0011_certificates::Step, include_str!("migration/m0011_certificates.rs")),
        Step::new(m0012_settlements::Step, include_str!("migration/m0012_settlements.rs")),
    ]
}

//! The steps of forge's schema, in order. An applied step is never edited; the next one mends it.

use shared::migrate::Step;

mod m0001_jobs;
mod m0002_applications;
mod m0003_contracts;
mod m0004_disputes;
mod m0005_skill_profiles;
mod m0006_reviews;
mod m0007_sagas;

pub fn steps() -> Vec<Step> {
    vec![
        Step::new(m0001_jobs::Step, include_str!("migration/m0001_jobs.rs")),
        Step::new(m0002_applications::Step, include_str!("migration/m0002_applications.rs")),
        Step::new(m0003_contracts::Step, include_str!("migration/m0003_contracts.rs")),
        Step::new(m0004_disputes::Step, include_str!("migration/m0004_disputes.rs")),
        Step::new(m0005_skill_profiles::Step, include_str!("migration/m0005_skill_profiles.rs")),
        Step::new(m0006_reviews::Step, include_str!("migration/m0006_reviews.rs")),
        Step::new(m0007_sagas::Step, include_str!("migration/m0007_sagas.rs")),
    ]
}

//! The steps of nexus' schema, in order. An applied step is never edited; the next one mends it.

use shared::migrate::Step;

mod m0001_user_profiles;
mod m0002_recommendations;
mod m0003_interactions;
mod m0004_catalogue_items;
mod m0005_model_fits;
mod m0006_events;
mod m0007_subscriptions;

pub fn steps() -> Vec<Step> {
    vec![
        Step::new(m0001_user_profiles::Step, include_str!("migration/m0001_user_profiles.rs")),
        Step::new(m0002_recommendations::Step, include_str!("migration/m0002_recommendations.rs")),
        Step::new(m0003_interactions::Step, include_str!("migration/m0003_interactions.rs")),
        Step::new(m0004_catalogue_items::Step, include_str!("migration/m0004_catalogue_items.rs")),
        Step::new(m0005_model_fits::Step, include_str!("migration/m0005_model_fits.rs")),
        Step::new(m0006_events::Step, include_str!("migration/m0006_events.rs")),
        Step::new(m0007_subscriptions::Step, include_str!("migration/m0007_subscriptions.rs")),
    ]
}

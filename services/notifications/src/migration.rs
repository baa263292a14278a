//! The steps of notifications' schema, in order. An applied step is never edited; the next one mends it.

use shared::migrate::Step;

mod m0001_notifications;
mod m0002_user_counters;
mod m0003_preferences;
mod m0004_deliveries;
mod m0005_templates;

pub fn steps() -> Vec<Step> {
    vec![
        Step::new(m0001_notifications::Step, include_str!("migration/m0001_notifications.rs")),
        Step::new(m0002_user_counters::Step, include_str!("migration/m0002_user_counters.rs")),
        Step::new(m0003_preferences::Step, include_str!("migration/m0003_preferences.rs")),
        Step::new(m0004_deliveries::Step, include_str!("migration/m0004_deliveries.rs")),
        Step::new(m0005_templates::Step, include_str!("migration/m0005_templates.rs")),
    ]
}

//! The steps of family's schema, in order. An applied step is never edited; the next one mends it.

use shared::migrate::Step;

mod m0001_family_members;
mod m0002_members;
mod m0003_conversations;
mod m0004_family_interactions;
mod m0005_memories;
mod m0006_quota_counters;
mod reference;

pub fn steps() -> Vec<Step> {
    vec![
        Step::new(m0001_family_members::Step, include_str!("migration/m0001_family_members.rs")),
        Step::new(m0002_members::Step, include_str!("migration/m0002_members.rs")),
        Step::new(m0003_conversations::Step, include_str!("migration/m0003_conversations.rs")),
        Step::new(m0004_family_interactions::Step, include_str!("migration/m0004_family_interactions.rs")),
        Step::new(m0005_memories::Step, include_str!("migration/m0005_memories.rs")),
        Step::new(m0006_quota_counters::Step, include_str!("migration/m0006_quota_counters.rs")),
    ]
}

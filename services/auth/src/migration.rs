//! The steps of auth's schema, in order. An applied step is never edited; the next one mends it.

use shared::migrate::Step;

mod m0001_users;
mod m0002_sessions;
mod m0003_tokens;
mod m0004_user_profiles;
mod m0005_mfa;
mod m0006_signing_keys;
mod m0007_api_keys;
mod m0008_defence;
mod m0009_witnessed_checkpoints;
mod m0010_revocations;

pub fn steps() -> Vec<Step> {
    vec![
        Step::new(m0001_users::Step, include_str!("migration/m0001_users.rs")),
        Step::new(m0002_sessions::Step, include_str!("migration/m0002_sessions.rs")),
        Step::new(m0003_tokens::Step, include_str!("migration/m0003_tokens.rs")),
        Step::new(m0004_user_profiles::Step, include_str!("migration/m0004_user_profiles.rs")),
        Step::new(m0005_mfa::Step, include_str!("migration/m0005_mfa.rs")),
        Step::new(m0006_signing_keys::Step, include_str!("migration/m0006_signing_keys.rs")),
        Step::new(m0007_api_keys::Step, include_str!("migration/m0007_api_keys.rs")),
        Step::new(m0008_defence::Step, include_str!("migration/m0008_defence.rs")),
        Step::new(m0009_witnessed_checkpoints::Step, include_str!("migration/m0009_witnessed_checkpoints.rs")),
        Step::new(m0010_revocations::Step, include_str!("migration/m0010_revocations.rs")),
    ]
}

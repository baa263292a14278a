//! The steps of mint's schema, in order. An applied step is never edited; the next one mends it.

use shared::migrate::Step;

mod m0001_wallets;

pub fn steps() -> Vec<Step> {
    vec![Step::new(m0001_wallets::Step, include_str!("migration/m0001_wallets.rs"))]
}

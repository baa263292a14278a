//! The steps of mint's schema, in order. An applied step is never edited; the next one mends it.

use shared::migrate::Step;

mod m0001_wallets;
mod m0002_holds;
mod m0003_transactions;
mod m0004_postings;
mod m0005_stakes;
mod m0006_mining_records;
mod m0007_mining_days;
mod m0008_economic_metrics;
mod m0009_escrows;
mod m0010_exchange_rates;
mod m0011_ubi_rounds;
mod m0012_system_wallets;
mod m0013_first_rates;
mod m0014_lighter_movements;
mod m0015_rates_of_rounds;
mod m0016_transactions_stay;
mod m0017_keys_by_the_statement;
mod m0018_fewer_ways_to_find;

pub fn steps() -> Vec<Step> {
    vec![
        Step::new(m0001_wallets::Step, include_str!("migration/m0001_wallets.rs")),
        Step::new(m0002_holds::Step, include_str!("migration/m0002_holds.rs")),
        Step::new(m0003_transactions::Step, include_str!("migration/m0003_transactions.rs")),
        Step::new(m0004_postings::Step, include_str!("migration/m0004_postings.rs")),
        Step::new(m0005_stakes::Step, include_str!("migration/m0005_stakes.rs")),
        Step::new(m0006_mining_records::Step, include_str!("migration/m0006_mining_records.rs")),
        Step::new(m0007_mining_days::Step, include_str!("migration/m0007_mining_days.rs")),
        Step::new(m0008_economic_metrics::Step, include_str!("migration/m0008_economic_metrics.rs")),
        Step::new(m0009_escrows::Step, include_str!("migration/m0009_escrows.rs")),
        Step::new(m0010_exchange_rates::Step, include_str!("migration/m0010_exchange_rates.rs")),
        Step::new(m0011_ubi_rounds::Step, include_str!("migration/m0011_ubi_rounds.rs")),
        Step::new(m0012_system_wallets::Step, include_str!("migration/m0012_system_wallets.rs")),
        Step::new(m0013_first_rates::Step, include_str!("migration/m0013_first_rates.rs")),
        Step::new(m0014_lighter_movements::Step, include_str!("migration/m0014_lighter_movements.rs")),
        Step::new(m0015_rates_of_rounds::Step, include_str!("migration/m0015_rates_of_rounds.rs")),
        Step::new(m0016_transactions_stay::Step, include_str!("migration/m0016_transactions_stay.rs")),
        Step::new(m0017_keys_by_the_statement::Step, include_str!("migration/m0017_keys_by_the_statement.rs")),
        Step::new(m0018_fewer_ways_to_find::Step, include_str!("migration/m0018_fewer_ways_to_find.rs")),
    ]
}

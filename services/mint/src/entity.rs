//! One file per table: its columns, finders, pure state rules, and its form in the contract.

pub mod economic_metrics;
pub mod exchange_rate;
pub mod hold;
pub mod mining_day;
pub mod mining_record;
pub mod posting;
pub mod stake;
pub mod transaction;
pub mod ubi_round;
pub mod wallet;

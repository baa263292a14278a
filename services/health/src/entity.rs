//! One file per table: its columns, finders, pure state rules, and its form in the contract.

pub mod constitutional_log;
pub mod log;
pub mod service;

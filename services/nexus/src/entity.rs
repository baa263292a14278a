//! One file per table: its columns, finders, pure state rules, and its form in the contract.

pub mod audit_log;
pub mod interaction;
pub mod recommendation;
pub mod user_profile;

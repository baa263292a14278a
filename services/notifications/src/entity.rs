//! One file per table: its columns, finders, pure state rules, and its form in the contract.

pub mod notification;
pub mod user_counter;

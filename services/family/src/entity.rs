//! One file per table: its columns, finders, pure state rules, and its form in the contract.

pub mod conversation;
pub mod family_interaction;
pub mod family_member;
pub mod message;

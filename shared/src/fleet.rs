//! The rows of the tables that every service has beside its own.

pub mod audit_entry;
pub mod audit_head;
pub mod outbox;
pub mod request_claim;

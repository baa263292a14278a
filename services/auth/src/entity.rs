//! One file per table: its columns, finders, pure state rules, and its form in the contract.

pub mod api_key;
pub mod known_device;
pub mod mfa_challenge;
pub mod mfa_settings;
pub mod revocation;
pub mod security_event;
pub mod session;
pub mod signing_key;
pub mod throttle_counter;
pub mod token;
pub mod user;
pub mod user_profile;

/// The model AuditLog: the audit entries, which every service has.
pub use shared::fleet::audit_entry as audit_log;

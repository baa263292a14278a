//! One file per RPC, named after it.

pub mod get_user_profile;
pub mod list_interactions;
pub mod record_interactions;
pub mod update_preferences;

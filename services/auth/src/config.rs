//! What is auth's own to configure; `default.toml` says what each setting means.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub bcrypt_cost: u32,
    pub password_min: usize,
    pub access_token_minutes: i64,
    pub session_idle_days: i64,
    pub session_absolute_days: i64,
    pub login_attempts_max: i32,
    pub lockout_minutes: i64,
    pub email_verification_hours: i64,
    pub login_needs_verified_email: bool,
    pub service_keys_file: String,
}

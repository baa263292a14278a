//! What is auth's own to configure; `default.toml` says what each setting means.

use serde::{Deserialize, Serialize};
use shared::config::{ConfigError, Environment, OwnSettings, within};

use crate::service_keys::ServiceKeys;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub bcrypt_cost: u32,
    pub password_min: usize,
    pub access_token_minutes: i64,
    pub session_idle_days: i64,
    pub session_absolute_days: i64,
    pub refresh_grace_seconds: i64,
    pub refresh_grace_per_day: i32,
    pub login_attempts_max: i32,
    pub lockout_minutes: i64,
    pub email_verification_hours: i64,
    pub password_reset_minutes: i64,
    pub login_needs_verified_email: bool,
    pub service_keys_file: String,
}

impl OwnSettings for Config {
    fn check(&self, environment: Environment) -> Result<(), ConfigError> {
        let cheapest = if environment == Environment::Test { 4 } else { 10 };
        within("bcrypt_cost", self.bcrypt_cost, cheapest..=16)?;
        within("password_min", self.password_min, 8..=128)?;
        within("access_token_minutes", self.access_token_minutes, 1..=15)?;
        within("session_idle_days", self.session_idle_days, 1..=3650)?;
        within("session_absolute_days", self.session_absolute_days, self.session_idle_days..=3650)?;
        within("refresh_grace_seconds", self.refresh_grace_seconds, 0..=300)?;
        within("refresh_grace_per_day", self.refresh_grace_per_day, 0..=100)?;
        within("login_attempts_max", self.login_attempts_max, 1..=1000)?;
        within("lockout_minutes", self.lockout_minutes, 1..=10_080)?;
        within("email_verification_hours", self.email_verification_hours, 1..=720)?;
        within("password_reset_minutes", self.password_reset_minutes, 5..=1440)?;
        ServiceKeys::read(&self.service_keys_file).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use toml::Table;

    use super::*;

    #[test]
    fn a_cheap_password_hash_is_for_tests_only() {
        let text = include_str!("../default.toml").replace("bcrypt_cost = 12", "bcrypt_cost = 4");
        let config: Config = text.parse::<Table>().expect("TOML").try_into().expect("every setting");
        assert!(config.check(Environment::Test).is_ok());
        let refused = config.check(Environment::Production).expect_err("refused").to_string();
        assert_eq!(refused, "bcrypt_cost must lie between 10 and 16, is 4");
    }
}

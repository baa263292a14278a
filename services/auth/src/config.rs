//! What is auth's own to configure; `default.toml` says what each setting means.

use serde::{Deserialize, Serialize};
use shared::config::{ConfigError, Environment, OwnSettings, within};
use shared::secret::Secret;

use crate::mail::{Letters, Post};
use crate::password::COSTS;
use crate::service_keys::ServiceKeys;
use crate::sms::Provider;

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
    pub login_hard_stop: i32,
    pub known_device_attempts_max: i32,
    pub known_device_days: i64,
    pub address_failures_max: i32,
    pub address_account_failures_max: i32,
    pub factor_guesses_per_day: i32,
    pub challenge_minutes: i64,
    pub aal2_idle_minutes: i64,
    pub aal2_absolute_hours: i64,
    pub sessions_per_user: u64,
    pub api_keys_per_user: u64,
    pub totp_issuer: String,
    pub signing_key_days: i64,
    pub email_verification_hours: i64,
    pub email_change_hours: i64,
    pub password_reset_minutes: i64,
    pub login_needs_verified_email: bool,
    pub service_keys_file: String,
    pub bootstrap_admin_email: String,
    pub public_url: String,
    pub smtp_url: Secret,
    pub smtp_ca_file: String,
    pub mail_from: String,
    pub sms_url: String,
    pub sms_token: Secret,
    pub sms_from: String,
}

impl OwnSettings for Config {
    fn check(&self, environment: Environment) -> Result<(), ConfigError> {
        let cheapest = if environment == Environment::Test { 4 } else { *COSTS.start() };
        within("bcrypt_cost", self.bcrypt_cost, cheapest..=*COSTS.end())?;
        within("password_min", self.password_min, 8..=128)?;
        within("access_token_minutes", self.access_token_minutes, 1..=15)?;
        within("session_idle_days", self.session_idle_days, 1..=3650)?;
        within("session_absolute_days", self.session_absolute_days, self.session_idle_days..=3650)?;
        within("refresh_grace_seconds", self.refresh_grace_seconds, 0..=300)?;
        within("refresh_grace_per_day", self.refresh_grace_per_day, 0..=100)?;
        within("login_attempts_max", self.login_attempts_max, 1..=1000)?;
        within("lockout_minutes", self.lockout_minutes, 1..=10_080)?;
        within("login_hard_stop", self.login_hard_stop, self.login_attempts_max..=100_000)?;
        within("known_device_attempts_max", self.known_device_attempts_max, 5..=1000)?;
        within("known_device_days", self.known_device_days, 1..=3650)?;
        within("address_failures_max", self.address_failures_max, 1..=1_000_000)?;
        within("address_account_failures_max", self.address_account_failures_max, 1..=1_000_000)?;
        within("factor_guesses_per_day", self.factor_guesses_per_day, 5..=1000)?;
        within("challenge_minutes", self.challenge_minutes, 1..=60)?;
        within("aal2_idle_minutes", self.aal2_idle_minutes, 1..=1440)?;
        within("aal2_absolute_hours", self.aal2_absolute_hours, 1..=720)?;
        within("sessions_per_user", self.sessions_per_user, 1..=10_000)?;
        within("api_keys_per_user", self.api_keys_per_user, 1..=1000)?;
        within("signing_key_days", self.signing_key_days, 1..=365)?;
        within("email_verification_hours", self.email_verification_hours, 1..=720)?;
        within("email_change_hours", self.email_change_hours, 1..=720)?;
        within("password_reset_minutes", self.password_reset_minutes, 5..=1440)?;
        Letters::open(self)?;
        Post::open(self)?;
        Provider::open(self, environment)?;
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

//! What is mint's own to configure; `default.toml` says what each setting means.

use serde::{Deserialize, Serialize};
use shared::amount::{Amount, AmountError};
use shared::config::{ConfigError, Environment, OwnSettings, within};

use crate::income::Rate;
use crate::staking::DAYS_MAX;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub posting_batching: bool,
    pub posting_linger_ms: u64,
    pub stake_rate_short_bp: i32,
    pub stake_rate_medium_bp: i32,
    pub stake_rate_long_bp: i32,
    pub stake_medium_days: i32,
    pub stake_long_days: i32,
    pub stake_min: String,
    pub mining_daily_cap: String,
    pub conversion_fee_bp: u32,
    pub ubi_base: String,
    pub ubi_factor_max: i32,
    pub ubi_activity_full: i32,
    pub metrics_minutes: u64,
}

impl Config {
    /// The least that is taken.
    pub fn stake_min(&self) -> Result<Amount, AmountError> {
        Amount::parse(&self.stake_min)
    }

    /// The most that somebody is paid for knowledge on one day.
    pub fn mining_daily_cap(&self) -> Result<Amount, AmountError> {
        Amount::parse(&self.mining_daily_cap)
    }

    /// What everybody gets in a round of basic income.
    pub fn ubi_rate(&self) -> Result<Rate, AmountError> {
        let base = Amount::parse(&self.ubi_base)?;
        Ok(Rate { base, factor_max: self.ubi_factor_max, activity_full: self.ubi_activity_full })
    }
}

impl OwnSettings for Config {
    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        within("posting_linger_ms", self.posting_linger_ms, 0..=2)?;
        for (name, rate) in [
            ("stake_rate_short_bp", self.stake_rate_short_bp),
            ("stake_rate_medium_bp", self.stake_rate_medium_bp),
            ("stake_rate_long_bp", self.stake_rate_long_bp),
        ] {
            within(name, rate, 0..=10_000)?;
        }
        within("conversion_fee_bp", self.conversion_fee_bp, 0..=10_000)?;
        within("stake_medium_days", self.stake_medium_days, 1..=DAYS_MAX)?;
        within("stake_long_days", self.stake_long_days, self.stake_medium_days..=DAYS_MAX)?;
        self.stake_min().map_err(|error| ConfigError(format!("stake_min {error}")))?;
        self.mining_daily_cap().map_err(|error| ConfigError(format!("mining_daily_cap {error}")))?;
        self.ubi_rate().map_err(|error| ConfigError(format!("ubi_base {error}")))?;
        within("ubi_factor_max", self.ubi_factor_max, 1..=100)?;
        within("ubi_activity_full", self.ubi_activity_full, 1..=1_000_000)?;
        within("metrics_minutes", self.metrics_minutes, 1..=1440)?;
        Ok(())
    }
}

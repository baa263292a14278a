//! What is education's own to configure; `default.toml` says what each setting means.

use serde::{Deserialize, Serialize};
use shared::config::{ConfigError, Environment, OwnSettings, within};
use shared::hundredths::Hundredths;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Seconds at most in one record of time spent.
    pub seconds_per_record_max: i32,
    /// Percent of the points needed to pass, 0 to 100, where the author of an assessment names none.
    pub pass_mark: u8,
    /// Tries, where the author of an assessment names no number.
    pub assessment_attempts: i32,
}

impl Config {
    /// The pass mark as assessments keep it.
    #[must_use]
    pub fn pass_mark(&self) -> Hundredths {
        Hundredths(i32::from(self.pass_mark) * 100)
    }
}

impl OwnSettings for Config {
    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        within("seconds_per_record_max", self.seconds_per_record_max, 1..=86_400)?;
        within("pass_mark", self.pass_mark, 0..=100)?;
        within("assessment_attempts", self.assessment_attempts, 1..=100)
    }
}

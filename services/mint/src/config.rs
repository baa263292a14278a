//! What is mint's own to configure; `default.toml` says what each setting means.

use serde::{Deserialize, Serialize};
use shared::config::{ConfigError, Environment, OwnSettings, within};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub posting_batching: bool,
    pub posting_linger_ms: u64,
}

impl OwnSettings for Config {
    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        within("posting_linger_ms", self.posting_linger_ms, 0..=2)
    }
}

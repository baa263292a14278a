//! What is notifications' own to configure; `default.toml` says what each setting means.

use serde::{Deserialize, Serialize};
use shared::config::OwnSettings;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Days in which a deleted notification can be brought back.
    pub restore_days: u32,
}

impl OwnSettings for Config {}

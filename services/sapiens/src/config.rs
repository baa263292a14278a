//! What is sapiens' own to configure; `default.toml` says what each setting means.

use std::num::NonZeroU8;

use serde::{Deserialize, Serialize};
use shared::config::OwnSettings;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Steps of a path that is laid out by rule, for each level on the way.
    pub path_steps_per_level: NonZeroU8,
    /// Hours of each of them.
    pub path_step_hours: NonZeroU8,
}

impl OwnSettings for Config {}

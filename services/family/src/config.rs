//! What is family's own to configure; `default.toml` says what each setting means.

use serde::{Deserialize, Serialize};
use shared::config::OwnSettings;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {}

impl OwnSettings for Config {}

//! The bootstrap keys of services, of which auth knows only hashes.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use shared::config::ConfigError;
use shared::random;

/// Two keys may be valid at a time, so that one can be replaced without a stop.
const PER_SERVICE_MAX: usize = 2;

/// Hashes by service.
pub struct ServiceKeys(BTreeMap<String, Vec<String>>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    keys: BTreeMap<String, Vec<String>>,
}

impl ServiceKeys {
    /// Reads the file of hashes; no file means no keys.
    pub fn read(path: &str) -> Result<Self, ConfigError> {
        if path.is_empty() {
            return Ok(Self(BTreeMap::new()));
        }
        let unusable = |what: String| ConfigError(format!("service_keys_file {path} cannot be used: {what}"));
        let text = std::fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
        let file: File = toml::from_str(&text).map_err(|error| unusable(error.message().to_owned()))?;
        if let Some((name, _)) = file.keys.iter().find(|(_, hashes)| hashes.len() > PER_SERVICE_MAX) {
            return Err(unusable(format!("{name} has more than {PER_SERVICE_MAX} keys")));
        }
        Ok(Self(file.keys))
    }

    /// The service that a key belongs to. The digest is compared, so timing says nothing of the key.
    pub fn owner(&self, key: &str) -> Option<&str> {
        let name = key.strip_prefix("azk_")?.rsplit_once('_')?.0;
        let digest = random::to_hex(&Sha256::digest(key));
        let (name, hashes) = self.0.get_key_value(name)?;
        hashes.contains(&digest).then_some(name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_opens_its_own_service_only() {
        let key = format!("azk_seed_{}", "0".repeat(64));
        let hash = random::to_hex(&Sha256::digest(&key));
        let keys = ServiceKeys([("seed".to_owned(), vec![hash])].into());
        assert_eq!(keys.owner(&key), Some("seed"));
        assert_eq!(keys.owner(&key.replace("seed", "mint")), None);
        assert_eq!(keys.owner(&key.replace('0', "1")), None);
        assert_eq!(keys.owner(""), None);
    }
}

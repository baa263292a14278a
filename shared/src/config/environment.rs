//! The environment: which variables concern a service, and how a mistyped one is told from another service's.

use std::collections::BTreeMap;

use toml::Table;

use super::PORTS;

const PREFIX: &str = "AZORA_";
/// Read elsewhere than in the settings of a service.
const OTHERS: [&str; 8] = [
    "AZORA_CONFIG",
    "AZORA_PIN_SCHEMA",
    "AZORA_TEST_LONG",
    "AZORA_TEST_POSTGRES",
    "AZORA_TEST_REPLAYS",
    "AZORA_TEST_SEED",
    "AZORA_SEED_PASSWORD_FILE",
    "AZORA_SEED_KEY_FILE",
];

/// The `AZORA_` variables of the process.
#[derive(Clone, Debug, Default)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Those of this process.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn read() -> Self {
        Self(std::env::vars().filter(|(name, _)| name.starts_with(PREFIX)).collect())
    }

    /// Given ones, for tests.
    #[must_use]
    pub fn of(variables: &[(&str, &str)]) -> Self {
        Self(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The file that `AZORA_CONFIG` names.
    #[must_use]
    pub fn config_file(&self) -> Option<&str> {
        self.get("AZORA_CONFIG")
    }

    /// Name, key and text of each variable that concerns `service`; its own ones last, so that they win. A name that
    /// is a setting of the fleet is no service's own: `AZORA_AUTH_URL` tells auth, too, where auth answers.
    pub(super) fn for_service(&self, service: &str, of_the_fleet: &Table) -> Vec<(String, String, String)> {
        let own = format!("{PREFIX}{}_", service.to_uppercase());
        let key = |name: &str, prefix: &str| name.strip_prefix(prefix).unwrap_or(name).to_lowercase();
        let concerned = self.0.iter().filter(|(name, _)| !OTHERS.contains(&name.as_str()));
        let (own_ones, fleet): (Vec<_>, Vec<_>) =
            concerned.partition(|(name, _)| name.starts_with(&own) && !of_the_fleet.contains_key(&key(name, PREFIX)));
        let fleet = fleet.into_iter().map(|(name, text)| (name.clone(), key(name, PREFIX), text.clone()));
        let own_ones = own_ones.into_iter().map(|(name, text)| (name.clone(), key(name, &own), text.clone()));
        fleet.chain(own_ones).collect()
    }

    /// Whether a variable belongs to another service of the fleet, which will judge it.
    pub(super) fn is_for_a_service(name: &str) -> bool {
        PORTS.iter().any(|(service, _)| name.starts_with(&format!("{PREFIX}{}_", service.to_uppercase())))
    }
}

/// How many letters two names differ in (Levenshtein).
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

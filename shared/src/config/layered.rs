//! Values laid over each other, each with its origin.

use std::collections::BTreeMap;
use std::str::FromStr;

use toml::{Table, Value};

use super::{ConfigError, PORTS, Variables, environment};

/// How the names of settings end whose values are never printed.
const SECRET_ENDINGS: [&str; 2] = ["_key", "_token"];

/// One layer over the defaults.
pub struct Layered {
    /// By key.
    pub values: Table,
    /// Where each value comes from.
    pub origins: BTreeMap<String, String>,
}

impl Layered {
    /// Begins with the defaults.
    pub fn over<'a>(defaults: impl Iterator<Item = (&'a String, &'a Value)>) -> Self {
        let (mut values, mut origins) = (Table::new(), BTreeMap::new());
        for (key, value) in defaults {
            values.insert(key.clone(), value.clone());
            origins.insert(key.clone(), "default".to_owned());
        }
        Self { values, origins }
    }

    /// Lays a file over them.
    pub fn lay_file(&mut self, service: &str, path: &str) -> Result<(), ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError(format!("AZORA_CONFIG names {path}, which cannot be read: {error}")))?;
        let file = parse(path, &text)?;
        for (key, value) in &file {
            match value {
                Value::Table(section) if PORTS.iter().any(|(name, _)| name == key) => {
                    if key == service {
                        for (key, value) in section {
                            self.set(key, value.clone(), path)?;
                        }
                    }
                }
                Value::Table(_) => {
                    return Err(ConfigError(format!("{path} has a section [{key}], which is no service")));
                }
                value => self.set(key, value.clone(), path)?,
            }
        }
        Ok(())
    }

    /// Lays the environment over them.
    pub fn lay_variables(
        &mut self,
        service: &str,
        variables: &Variables,
        of_the_fleet: &Table,
    ) -> Result<(), ConfigError> {
        for (name, key, text) in variables.for_service(service, of_the_fleet) {
            let text = match key.strip_suffix("_file").filter(|stem| self.values.contains_key(*stem)) {
                Some(_) => std::fs::read_to_string(&text)
                    .map(|content| content.trim_end().to_owned())
                    .map_err(|error| ConfigError(format!("{name} names a file that cannot be read: {error}")))?,
                None => text,
            };
            let key =
                key.strip_suffix("_file").filter(|stem| self.values.contains_key(*stem)).unwrap_or(&key).to_owned();
            let value = match self.values.get(&key) {
                None | Some(Value::String(_)) => Value::String(text),
                Some(default) => like(default, &text)
                    .ok_or_else(|| ConfigError(format!("{name} must be {}, is {text:?}", kind(default))))?,
            };
            if self.values.contains_key(&key) {
                self.set(&key, value, &name)?;
            } else if name.starts_with(&format!("AZORA_{}_", service.to_uppercase()))
                || !Variables::is_for_a_service(&name)
            {
                return Err(self.unknown(&name, &key));
            }
        }
        Ok(())
    }

    /// Sets one value.
    pub fn set(&mut self, key: &str, value: Value, origin: &str) -> Result<(), ConfigError> {
        if !self.values.contains_key(key) {
            return Err(self.unknown(&format!("{key} in {origin}"), key));
        }
        self.values.insert(key.to_owned(), value);
        self.origins.insert(key.to_owned(), origin.to_owned());
        Ok(())
    }

    fn unknown(&self, shown: &str, key: &str) -> ConfigError {
        let nearest = self.values.keys().min_by_key(|known| environment::distance(known, key));
        let hint = nearest.map_or_else(String::new, |name| format!("; did you mean {name}?"));
        ConfigError(format!("unknown setting {shown}{hint}"))
    }

    /// Key, value as it may be printed, origin.
    pub fn printed(&self) -> Vec<(String, String, String)> {
        let shown = |key: &str, value: &Value| match value {
            Value::String(text) if key.ends_with("_url") => crate::db::redacted(text),
            Value::String(text) if SECRET_ENDINGS.iter().any(|ending| key.ends_with(ending)) && !text.is_empty() => {
                "***".to_owned()
            }
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let origin = |key: &str| self.origins.get(key).cloned().unwrap_or_default();
        self.values.iter().map(|(key, value)| (key.clone(), shown(key, value), origin(key))).collect()
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) => "a whole number",
        Value::Boolean(_) => "true or false",
        _ => "text",
    }
}

fn like(default: &Value, text: &str) -> Option<Value> {
    match default {
        Value::Integer(_) => i64::from_str(text).ok().map(Value::Integer),
        Value::Boolean(_) => bool::from_str(text).ok().map(Value::Boolean),
        _ => None,
    }
}

/// Reads TOML.
pub fn parse(origin: &str, text: &str) -> Result<Table, ConfigError> {
    text.parse::<Table>().map_err(|error| ConfigError(format!("{origin} is not TOML: {}", error.message())))
}

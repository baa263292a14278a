//! Which passwords are refused: those that everybody tries first, and those made of what everybody knows of the owner.

use std::collections::HashSet;
use std::sync::LazyLock;

use shared::config::Environment;
use shared::error::Result;
use shared::fields::Fields;
use unicode_normalization::UnicodeNormalization;

use crate::Auth;
use crate::error::AuthError;

/// What the demo data logs in with; refused in production.
pub const DEMO_PASSWORD: &str = "Azora2025!";

/// The 5,000 most frequent ones of at least 8 characters in lists that have leaked, as zxcvbn counted them, and some of ours.
/// Lower case, one in a line.
const COMMON: &str = include_str!("common_passwords.txt");

static COMMON_ONES: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.lines().collect());

/// A password as it was written: in NFC, but not trimmed, since its spaces count.
pub fn written(fields: &mut Fields, path: &str, password: &str, least: usize) -> String {
    let password: String = password.nfc().collect();
    let length = password.chars().count();
    if !(least..=256).contains(&length) {
        fields.refuse(path, format!("must have {least} to 256 characters, has {length}"));
    }
    password
}

/// Judges a new password by the rules in force.
pub fn check(auth: &Auth, path: &str, password: &str, name: &str, email: &str) -> Result<()> {
    let length = password.chars().count();
    let least = auth.config.password_min;
    let mut fields = Fields::new();
    if length < least {
        fields.refuse(path, format!("must have at least {least} characters, has {length}"));
    }
    fields.finish(())?;
    if is_too_common(password, name, email, auth.environment) {
        return Err(AuthError::PasswordTooCommon.into());
    }
    Ok(())
}

/// Whether a password opens nothing, although it may be the one behind a hash: the demo password in production.
pub fn is_closed(password: &str, environment: Environment) -> bool {
    environment == Environment::Production && password == DEMO_PASSWORD
}

/// Whether a password is easily guessed for this person.
fn is_too_common(password: &str, name: &str, email: &str, environment: Environment) -> bool {
    if password == DEMO_PASSWORD {
        return is_closed(password, environment);
    }
    let folded = password.to_lowercase();
    if COMMON_ONES.contains(folded.as_str()) {
        return true;
    }
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    let name = name.to_lowercase();
    let words = name.split_whitespace().chain([local.as_str(), "azora"]);
    // Mostly made of a context word: what is left without it is shorter than the word itself.
    words.filter(|word| word.chars().count() >= 4).any(|word| {
        let rest = folded.replace(word, "").chars().count();
        folded.contains(word) && rest < word.chars().count().max(4)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> bool {
        is_too_common(password, "Themba Ndlovu", "student@azora.world", Environment::Development)
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        assert!(COMMON.lines().count() >= 3000, "as many as OWASP asks for");
        assert!(COMMON.lines().all(|line| line == line.trim().to_lowercase() && line.len() >= 8));
        for password in ["password", "Password1", "12345678", "qwertyuiop", "LIVERPOOL1"] {
            assert!(refused(password), "{password}");
        }
    }

    #[test]
    fn what_everybody_knows_of_the_owner_is_refused() {
        for password in ["themba12", "Student1", "azora2024"] {
            assert!(refused(password), "{password}");
        }
        assert!(!refused("themba walks to the river"));
    }

    #[test]
    fn the_demo_password_is_for_demos() {
        assert!(!refused(DEMO_PASSWORD));
        assert!(is_too_common(DEMO_PASSWORD, "A", "b@example.org", Environment::Production));
        assert!(is_closed(DEMO_PASSWORD, Environment::Production));
        assert!(!is_closed(DEMO_PASSWORD, Environment::Development));
        assert!(!is_closed("three small rivers", Environment::Production));
    }
}

//! Which passwords are refused: those that everybody tries first, and those made of what everybody knows of the owner.

use shared::config::Environment;

/// What the demo data logs in with; refused in production.
pub const DEMO_PASSWORD: &str = "Azora2025!";

const COMMON: &str = include_str!("common_passwords.txt");

/// Whether a password opens nothing, although it may be the one behind a hash: the demo password in production.
pub fn is_closed(password: &str, environment: Environment) -> bool {
    environment == Environment::Production && password == DEMO_PASSWORD
}

/// Whether a password is easily guessed for this person.
pub fn is_too_common(password: &str, name: &str, email: &str, environment: Environment) -> bool {
    if password == DEMO_PASSWORD {
        return is_closed(password, environment);
    }
    let folded = password.to_lowercase();
    if COMMON.lines().any(|common| common == folded) {
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
        for password in ["password", "Password1", "12345678", "qwertyuiop"] {
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

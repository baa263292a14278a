//! One password tried on many accounts. No account sees more than one failure of it, so it shows only here: in memory, by
//! copy of auth, as 16 bits of a keyed digest that many passwords share and none can be found from.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use chrono::Duration;
use shared::clock::Time;
use shared::keys::Keys;

const ACCOUNTS: usize = 20;
const WINDOW: Duration = Duration::minutes(10);
/// More failures than bcrypt lets a machine judge within the window.
const TRIES_MAX: usize = 20_000;

/// The failures of the last minutes, oldest first.
#[derive(Default)]
pub struct Spray(Mutex<VecDeque<Try>>);

struct Try {
    at: Time,
    password: [u8; 2],
    account: [u8; 8],
    network: Option<Vec<u8>>,
    sprayed: bool,
}

impl Spray {
    /// Notes a password that was wrong. Says whether it is now seen to be tried on many accounts: once, until it rests.
    pub fn tried(&self, keys: &Keys, email: &str, password: &str, network: Option<Vec<u8>>, now: Time) -> bool {
        let password = print(keys, "password", password);
        let account = print(keys, "account", email);
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tries.len() >= TRIES_MAX || tries.front().is_some_and(|oldest| now - oldest.at > WINDOW) {
            tries.pop_front();
        }
        tries.push_back(Try { at: now, password, account, network, sprayed: false });
        let same = || tries.iter().filter(|other| other.password == password);
        let accounts: HashSet<_> = same().map(|other| other.account).collect();
        if accounts.len() < ACCOUNTS {
            return false;
        }
        let first = !same().any(|other| other.sprayed);
        tries.iter_mut().filter(|other| other.password == password).for_each(|other| other.sprayed = true);
        first
    }

    /// Whether somebody there has taken part.
    pub fn comes_from(&self, network: &[u8], now: Time) -> bool {
        let tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.iter().any(|other| other.sprayed && now - other.at <= WINDOW && other.network.as_deref() == Some(network))
    }
}

fn print<const BYTES: usize>(keys: &Keys, what: &str, of: &str) -> [u8; BYTES] {
    let digest = keys.mac("spray", &[what.as_bytes(), of.as_bytes()]);
    let mut print = [0; BYTES];
    print.copy_from_slice(&digest[..BYTES]);
    print
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &[u8] = &[192, 0, 2, 1];

    fn at(seconds: i64) -> Time {
        Time::default() + Duration::seconds(seconds)
    }

    #[test]
    fn twenty_accounts_within_ten_minutes_are_noticed_once_and_their_origins_remembered() {
        let (spray, keys) = (Spray::default(), Keys::ephemeral());
        let seen = |number: i64, seconds| {
            let email = format!("{number}@example.org");
            spray.tried(&keys, &email, "Summer2026", Some(HERE.to_vec()), at(seconds))
        };
        assert!((0..19).all(|number| !seen(number, number)));
        assert!(!seen(0, 19), "the same account again");
        assert!(!spray.comes_from(HERE, at(19)));
        assert!(seen(19, 20));
        assert!(!seen(20, 21), "it is known");
        assert!(spray.comes_from(HERE, at(21)) && !spray.comes_from(&[192, 0, 2, 2], at(21)));
        assert!(spray.comes_from(HERE, at(620)) && !spray.comes_from(HERE, at(622)));
        assert!(!seen(21, 1300), "it has rested");
    }

    #[test]
    fn many_passwords_or_much_time_are_no_spray() {
        let (spray, keys) = (Spray::default(), Keys::ephemeral());
        for number in 0..100 {
            let email = format!("{number}@example.org");
            assert!(!spray.tried(&keys, &email, &format!("password {number}"), None, at(number)));
            assert!(!spray.tried(&keys, &email, "Summer2026", None, at(number * 40)));
        }
    }
}

//! The keys of one moment, as the file gives them:
//!
//! ```toml
//! [[keys]]
//! id = "k1"
//! secret = "<32 bytes, base64>"
//! state = "standby"
//!
//! [[keys]]
//! id = "k2"
//! secret = "<32 bytes, base64>"
//! state = "active"
//! ```
//!
//! Exactly one key is active. Where no key says what it is, the last one is.

use std::iter;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::KeyInit as _;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac};
use serde::Deserialize;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::random;
use crate::secret::Secret;

/// Longest id: it stands in front of every sealed value.
const ID_BYTES_MAX: usize = 32;

/// One key. Nothing is ever done with it directly: each purpose has its own, derived from it.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    pub id: String,
    root: Zeroizing<[u8; 32]>,
}

/// The key in use, and those that still open what they once sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Ring {
    pub active: Key,
    pub standby: Vec<Key>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    keys: Vec<WrittenKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    id: String,
    secret: Secret,
    state: Option<State>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Active,
    Standby,
}

impl Key {
    /// A fresh one.
    pub fn new(id: String) -> Self {
        Self { id, root: Zeroizing::new(random::bytes()) }
    }

    /// As the file has it.
    pub fn written(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(STANDARD.encode(self.root.as_slice()));
        Zeroizing::new(format!("[[keys]]\nid = \"{}\"\nsecret = \"{}\"\n", self.id, *secret))
    }

    /// The working key for one purpose.
    #[expect(clippy::expect_used, reason = "32 bytes are always within what HKDF gives")]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        let label = format!("azora.v1.{purpose}");
        let root = Hkdf::<Sha256>::new(None, self.root.as_slice());
        root.expand(label.as_bytes(), &mut key).expect("a length that HKDF gives");
        key
    }

    /// A keyed digest over `parts`, whose boundaries count.
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let key = Zeroizing::new(self.derive(purpose));
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).expect("any key length will do");
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// What seals and opens for one purpose.
    pub fn cipher(&self, purpose: &str) -> XChaCha20Poly1305 {
        let key = Zeroizing::new(self.derive(purpose));
        XChaCha20Poly1305::new((&*key).into())
    }
}

impl TryFrom<WrittenKey> for Key {
    type Error = &'static str;

    fn try_from(key: WrittenKey) -> Result<Self, Self::Error> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !(1..=ID_BYTES_MAX).contains(&key.id.len()) || !key.id.bytes().all(plain) {
            return Err("a key whose id is not 1 to 32 letters, digits, - or _");
        }
        let bytes = Zeroizing::new(STANDARD.decode(key.secret.expose()).unwrap_or_default());
        let root: [u8; 32] = bytes.as_slice().try_into().map_err(|_length| "a key that is not 32 bytes")?;
        Ok(Self { id: key.id, root: Zeroizing::new(root) })
    }
}

impl Ring {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// What is wrong, without anything of the text.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let Written { keys } = toml::from_str(text).map_err(|_shows_the_text| "no key ring")?;
        let states: Vec<Option<State>> = keys.iter().map(|key| key.state).collect();
        let active = states.iter().filter(|state| **state == Some(State::Active)).count();
        let position = if states.iter().all(Option::is_none) {
            states.len().checked_sub(1).ok_or("no key")?
        } else if active == 1 {
            states.iter().position(|state| *state == Some(State::Active)).unwrap_or_default()
        } else {
            return Err("not exactly one active key");
        };
        let mut standby = keys.into_iter().map(Key::try_from).collect::<Result<Vec<_>, _>>()?;
        let active = standby.remove(position);
        let ring = Self { active, standby };
        let repeated = ring.keys().any(|key| ring.keys().filter(|other| other.id == key.id).count() > 1);
        if repeated { Err("two keys with one id") } else { Ok(ring) }
    }

    /// All keys, the one in use first.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        iter::once(&self.active).chain(&self.standby)
    }

    /// The key with this id.
    pub fn key(&self, id: &str) -> Option<&Key> {
        self.keys().find(|key| key.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(id: &str, state: &str) -> String {
        let state = if state.is_empty() { String::new() } else { format!("state = \"{state}\"\n") };
        format!("{}{state}", *Key::new(id.to_owned()).written())
    }

    fn ids(text: &str) -> Result<Vec<String>, &'static str> {
        Ring::parse(text).map(|ring| ring.keys().map(|key| key.id.clone()).collect())
    }

    #[test]
    fn the_last_key_is_in_use_unless_one_says_that_it_is() {
        assert_eq!(ids(&(written("k1", "") + &written("k2", ""))), Ok(vec!["k2".to_owned(), "k1".to_owned()]));
        let stated = written("k1", "active") + &written("k2", "standby") + &written("k3", "");
        assert_eq!(ids(&stated), Ok(vec!["k1".to_owned(), "k2".to_owned(), "k3".to_owned()]));
    }

    #[test]
    fn a_ring_that_leaves_a_doubt_is_refused_in_a_sentence() {
        let two = written("k1", "active") + &written("k2", "active");
        assert_eq!(ids(&two), Err("not exactly one active key"));
        assert_eq!(ids(&written("k1", "standby")), Err("not exactly one active key"));
        assert_eq!(ids(&(written("k1", "") + &written("k1", ""))), Err("two keys with one id"));
        assert_eq!(ids(&written("k$1", "")), Err("a key whose id is not 1 to 32 letters, digits, - or _"));
        assert_eq!(ids(&written(&"k".repeat(33), "")), Err("a key whose id is not 1 to 32 letters, digits, - or _"));
        assert_eq!(ids("[[keys]]\nid = \"k1\"\nsecret = \"c2hvcnQ=\""), Err("a key that is not 32 bytes"));
        assert_eq!(ids("keys = []"), Err("no key"));
        for text in ["", "keys = 1", written("k1", "retired").as_str()] {
            assert_eq!(ids(text), Err("no key ring"), "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let key = Key::new("k1".to_owned());
        assert!(Ring::parse(&key.written()).expect("a ring").active == key);
    }
}

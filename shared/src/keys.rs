//! The key ring: one file with the keys that working keys are derived from. Without it sealed columns and passwords
//! are gone, and it is in no backup: keep it apart, and keep it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::error::{Error, Result};
use crate::random;

/// The version byte in front of sealed values.
const SEALED_V1: u8 = 1;
const NONCE_BYTES: usize = 24;

/// The key in use, with its id.
#[derive(Clone)]
pub struct Keys {
    id: String,
    root: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("id", &self.id).field("root", &"***").finish()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ring {
    keys: Vec<RingKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RingKey {
    id: String,
    secret: String,
}

impl Keys {
    /// A fresh key that is kept nowhere, for tests.
    #[must_use]
    pub fn ephemeral() -> Self {
        Self { id: "k1".to_owned(), root: random::bytes() }
    }

    /// Reads the ring.
    ///
    /// # Errors
    /// The file is missing, unreadable or malformed.
    pub fn read(path: &Path) -> io::Result<Self> {
        let malformed =
            |what: &str| io::Error::new(io::ErrorKind::InvalidData, format!("{what} in {}", path.display()));
        let ring: Ring = toml::from_str(&fs::read_to_string(path)?).map_err(|_toml| malformed("no key ring"))?;
        // The last key is the one in use.
        let key = ring.keys.into_iter().next_back().ok_or_else(|| malformed("no key"))?;
        let root = STANDARD.decode(key.secret).ok().and_then(|bytes| bytes.try_into().ok());
        Ok(Self { id: key.id, root: root.ok_or_else(|| malformed("a key that is not 32 bytes"))? })
    }

    /// Reads the ring, and makes one where there is none. Processes that start together agree on one.
    ///
    /// # Errors
    /// The folder cannot be written, or what `read` finds.
    pub fn read_or_make(path: &Path) -> io::Result<Self> {
        if !path.exists() {
            let key = RingKey { id: "k1".to_owned(), secret: STANDARD.encode(random::bytes::<32>()) };
            let text = toml::to_string(&Ring { keys: vec![key] }).map_err(io::Error::other)?;
            let draft = path.with_extension(format!("{}.draft", random::hex::<8>()));
            write_private(&draft, &text)?;
            // A link never replaces a file that another process has made in the meantime.
            let linked = fs::hard_link(&draft, path);
            fs::remove_file(&draft)?;
            if let Err(error) = linked
                && error.kind() != io::ErrorKind::AlreadyExists
            {
                return Err(error);
            }
        }
        Self::read(path)
    }

    /// The id of the key in use.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The working key for one purpose.
    ///
    /// # Panics
    /// Never: 32 bytes are a length that HKDF gives.
    #[must_use]
    #[expect(clippy::expect_used, reason = "32 bytes are always within what HKDF gives")]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        let label = format!("azora.v1.{purpose}");
        Hkdf::<Sha256>::new(None, &self.root).expand(label.as_bytes(), &mut key).expect("a length that HKDF gives");
        key
    }

    /// A keyed digest over `parts`, whose boundaries count.
    ///
    /// # Panics
    /// Never: HMAC takes keys of any length.
    #[must_use]
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.derive(purpose)).expect("any key length will do");
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Encrypts a value; it opens only under the same purpose and with the same associated data (the row it is for).
    ///
    /// # Panics
    /// Never: values are far below the cipher's limit.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the cipher only refuses values of many gigabytes")]
    pub fn seal(&self, purpose: &str, associated: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce = random::bytes::<NONCE_BYTES>();
        let cipher = XChaCha20Poly1305::new(&self.derive(purpose).into());
        let payload = Payload { msg: plain, aad: associated };
        let sealed = cipher.encrypt(XNonce::from_slice(&nonce), payload).expect("a value of ordinary size");
        let id_length = u8::try_from(self.id.len()).unwrap_or(u8::MAX);
        [&[SEALED_V1, id_length], self.id.as_bytes(), &nonce, &sealed].concat()
    }

    /// Decrypts what `seal` made.
    ///
    /// # Errors
    /// Another key, another row, or altered bytes.
    pub fn open(&self, purpose: &str, associated: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let unreadable = || Error::internal("a sealed value does not open: other key ring, other row, or altered");
        let rest = sealed.strip_prefix(&[SEALED_V1]).ok_or_else(unreadable)?;
        let (length, rest) = rest.split_first().ok_or_else(unreadable)?;
        let (id, rest) = rest.split_at_checked(usize::from(*length)).ok_or_else(unreadable)?;
        let (nonce, message) = rest.split_at_checked(NONCE_BYTES).ok_or_else(unreadable)?;
        if id != self.id.as_bytes() {
            return Err(unreadable());
        }
        let cipher = XChaCha20Poly1305::new(&self.derive(purpose).into());
        let payload = Payload { msg: message, aad: associated };
        cipher.decrypt(XNonce::from_slice(nonce), payload).map_err(|_forged| unreadable())
    }
}

/// Writes a file that only its owner may read; refuses to replace one.
///
/// # Errors
/// The file is there already, or cannot be written.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_where_it_belongs() {
        let keys = Keys::ephemeral();
        let sealed = keys.seal("field", b"users:1", b"secret");
        assert_eq!(keys.open("field", b"users:1", &sealed).expect("opens"), b"secret");
        assert!(keys.open("field", b"users:2", &sealed).is_err());
        assert!(keys.open("pepper", b"users:1", &sealed).is_err());
        assert!(Keys::ephemeral().open("field", b"users:1", &sealed).is_err());
        for index in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[index] ^= 1;
            assert!(keys.open("field", b"users:1", &altered).is_err(), "byte {index}");
        }
    }

    #[test]
    fn the_boundaries_of_parts_count() {
        let keys = Keys::ephemeral();
        assert_ne!(keys.mac("mac", &[b"ab", b"c"]), keys.mac("mac", &[b"a", b"bc"]));
    }

    #[test]
    fn debug_shows_no_key() {
        let keys = Keys::ephemeral();
        assert!(!format!("{keys:?}").contains(&format!("{:?}", keys.root)));
    }
}

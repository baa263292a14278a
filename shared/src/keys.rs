//! The key ring: one file with the keys that working keys are derived from. Without it sealed columns and passwords
//! are gone, and it is in no backup: keep it apart, and keep it.
//!
//! Keys are changed while everything serves: add one on standby, let every process read it, make it the active one. What
//! the others sealed still opens; once nothing of theirs is left, they may go. Replace the file by a rename, never in place.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead, Payload};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::random;

mod ring;

use ring::{Key, Ring};

/// The version byte in front of sealed values.
const SEALED_V1: u8 = 1;
const NONCE_BYTES: usize = 24;
const FIRST_ID: &str = "k1";

/// The keys, by id. Cheap to clone; all clones see the same ring, also after it has been read again.
#[derive(Clone)]
pub struct Keys {
    file: Option<Arc<Path>>,
    ring: Arc<RwLock<Arc<Ring>>>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("ids", &self.ids()).finish_non_exhaustive()
    }
}

/// A sealed value, taken apart.
struct Sealed<'a> {
    id: &'a [u8],
    nonce: &'a [u8],
    message: &'a [u8],
}

impl<'a> Sealed<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (length, rest) = bytes.strip_prefix(&[SEALED_V1])?.split_first()?;
        let (id, rest) = rest.split_at_checked(usize::from(*length))?;
        let (nonce, message) = rest.split_at_checked(NONCE_BYTES)?;
        Some(Self { id, nonce, message })
    }
}

impl Keys {
    fn with(file: Option<Arc<Path>>, ring: Ring) -> Self {
        Self { file, ring: Arc::new(RwLock::new(Arc::new(ring))) }
    }

    /// A fresh key that is kept nowhere, for tests.
    #[must_use]
    pub fn ephemeral() -> Self {
        Self::with(None, Ring { active: Key::new(FIRST_ID.to_owned()), standby: Vec::new() })
    }

    /// Reads the ring.
    ///
    /// # Errors
    /// The file is missing, unreadable or malformed.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(Self::with(Some(path.into()), read_ring(path)?))
    }

    /// Reads the ring, and makes one where there is none. Processes that start together agree on one.
    ///
    /// # Errors
    /// The folder cannot be written, or what `read` finds.
    pub fn read_or_make(path: &Path) -> io::Result<Self> {
        if !path.exists() {
            let draft = path.with_extension(format!("{}.draft", random::hex::<8>()));
            write_private(&draft, &Key::new(FIRST_ID.to_owned()).written())?;
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

    /// Reads the file again; says whether the ring is another one now.
    ///
    /// # Errors
    /// What `read` finds. The ring stays as it was.
    pub fn reload(&self) -> io::Result<bool> {
        let Some(file) = &self.file else { return Ok(false) };
        let ring = read_ring(file)?;
        let changed = ring != *self.ring();
        if changed {
            self.replace(ring);
        }
        Ok(changed)
    }

    /// Adds a key and makes it the active one; gives its id.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn rotate(&self) -> String {
        let before = self.ring();
        let number: u32 = before.active.id.trim_start_matches('k').parse().unwrap_or_default();
        let id = format!("k{}", number + 1);
        self.replace(Ring { active: Key::new(id.clone()), standby: before.keys().cloned().collect() });
        id
    }

    /// Forgets all keys but the active one.
    #[cfg(any(test, feature = "testing"))]
    pub fn forget_standby(&self) {
        let active = self.ring().active.clone();
        self.replace(Ring { active, standby: Vec::new() });
    }

    /// The id of the active key.
    #[must_use]
    pub fn id(&self) -> String {
        self.ring().active.id.clone()
    }

    /// The ids of all keys, the active one first.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.ring().keys().map(|key| key.id.clone()).collect()
    }

    /// The active key's working key for one purpose.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        self.ring().active.derive(purpose)
    }

    /// The working key for one purpose of the key with this id; `None` if it is not on the ring.
    #[must_use]
    pub fn derive_under(&self, id: &str, purpose: &str) -> Option<[u8; 32]> {
        self.ring().key(id).map(|key| key.derive(purpose))
    }

    /// A digest over `parts` under the active key. The boundaries of the parts count.
    #[must_use]
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        self.ring().active.mac(purpose, parts)
    }

    /// A digest over `parts` under the key with this id; `None` if it is not on the ring.
    #[must_use]
    pub fn mac_under(&self, id: &str, purpose: &str, parts: &[&[u8]]) -> Option<[u8; 32]> {
        self.ring().key(id).map(|key| key.mac(purpose, parts))
    }

    /// Digests over `parts` under every key, the active one first: for finding what was written before it was active.
    #[must_use]
    pub fn macs(&self, purpose: &str, parts: &[&[u8]]) -> Vec<[u8; 32]> {
        self.ring().keys().map(|key| key.mac(purpose, parts)).collect()
    }

    /// Encrypts a value under the active key; it opens only under the same purpose and with the same associated data (the
    /// row it is for).
    ///
    /// # Panics
    /// Never: values are far below the cipher's limit.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the cipher only refuses values of many gigabytes")]
    pub fn seal(&self, purpose: &str, associated: &[u8], plain: &[u8]) -> Vec<u8> {
        let ring = self.ring();
        let nonce = random::bytes::<NONCE_BYTES>();
        let payload = Payload { msg: plain, aad: associated };
        let cipher = ring.active.cipher(purpose);
        let sealed = cipher.encrypt(XNonce::from_slice(&nonce), payload).expect("a value of ordinary size");
        let id = ring.active.id.as_bytes();
        let id_length = u8::try_from(id.len()).unwrap_or(u8::MAX);
        [&[SEALED_V1, id_length], id, &nonce, &sealed].concat()
    }

    /// Decrypts what `seal` made, under whichever key was active then.
    ///
    /// # Errors
    /// A key that is not on the ring, another row, or altered bytes.
    pub fn open(&self, purpose: &str, associated: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let unreadable = || Error::internal("a sealed value does not open: other key ring, other row, or altered");
        let sealed = Sealed::read(sealed).ok_or_else(unreadable)?;
        let ring = self.ring();
        let key = ring.keys().find(|key| key.id.as_bytes() == sealed.id).ok_or_else(unreadable)?;
        let payload = Payload { msg: sealed.message, aad: associated };
        key.cipher(purpose).decrypt(XNonce::from_slice(sealed.nonce), payload).map_err(|_forged| unreadable())
    }

    /// Whether a value was sealed under the active key.
    #[must_use]
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        Sealed::read(sealed).is_some_and(|sealed| sealed.id == self.ring().active.id.as_bytes())
    }

    /// The same value, sealed under the active key.
    ///
    /// # Errors
    /// It does not open.
    pub fn reseal(&self, purpose: &str, associated: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let plain = Zeroizing::new(self.open(purpose, associated, sealed)?);
        Ok(self.seal(purpose, associated, &plain))
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, ring: Ring) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }
}

fn read_ring(path: &Path) -> io::Result<Ring> {
    let text = Zeroizing::new(fs::read_to_string(path)?);
    let malformed = |what: &str| io::Error::new(io::ErrorKind::InvalidData, format!("{what} in {}", path.display()));
    Ring::parse(&text).map_err(malformed)
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
    fn a_value_opens_under_the_key_that_sealed_it_and_is_sealed_anew_under_the_active_one() {
        let keys = Keys::ephemeral();
        let old = keys.seal("field", b"users:1", b"secret");
        assert_eq!(keys.rotate(), "k2");
        assert_eq!(keys.open("field", b"users:1", &old).expect("opens"), b"secret");
        assert!(!keys.is_current(&old));
        assert!(keys.reseal("field", b"users:2", &old).is_err());
        let new = keys.reseal("field", b"users:1", &old).expect("opens");
        assert!(keys.is_current(&new));
        keys.forget_standby();
        assert_eq!(keys.open("field", b"users:1", &new).expect("opens"), b"secret");
        assert!(keys.open("field", b"users:1", &old).is_err());
    }

    #[test]
    fn a_digest_of_an_older_key_is_found_among_those_of_all() {
        let keys = Keys::ephemeral();
        let old = keys.mac("mac", &[b"a"]);
        let id = keys.rotate();
        assert_ne!(keys.mac("mac", &[b"a"]), old);
        assert_eq!(keys.macs("mac", &[b"a"]), [keys.mac("mac", &[b"a"]), old]);
        assert_eq!(keys.mac_under("k1", "mac", &[b"a"]), Some(old));
        assert_eq!(keys.derive_under(&id, "mac"), Some(keys.derive("mac")));
        assert_eq!(keys.mac_under("k3", "mac", &[b"a"]), None);
    }

    #[test]
    fn the_boundaries_of_parts_count() {
        let keys = Keys::ephemeral();
        assert_ne!(keys.mac("mac", &[b"ab", b"c"]), keys.mac("mac", &[b"a", b"bc"]));
    }

    #[test]
    fn a_changed_file_is_read_again_by_all_clones_and_a_broken_one_changes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keyring.toml");
        let keys = Keys::read_or_make(&path).expect("a ring");
        let clone = keys.clone();
        let sealed = keys.seal("field", b"", b"secret");
        assert!(!keys.reload().expect("readable"));

        let first = fs::read_to_string(&path).expect("readable");
        fs::write(&path, format!("{first}{}", *Key::new("k2".to_owned()).written())).expect("written");
        assert!(keys.reload().expect("readable"));
        assert_eq!(clone.ids(), ["k2", "k1"]);
        assert_eq!(clone.open("field", b"", &sealed).expect("opens"), b"secret");

        fs::write(&path, "keys = []").expect("written");
        assert_eq!(keys.reload().expect_err("no key").to_string(), format!("no key in {}", path.display()));
        assert_eq!(clone.id(), "k2");
    }

    #[test]
    fn debug_shows_ids_and_no_key() {
        let keys = Keys::ephemeral();
        assert_eq!(format!("{keys:?}"), "Keys { ids: [\"k1\"], .. }");
    }
}

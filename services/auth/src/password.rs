//! How a password is kept: bcrypt over a keyed digest, so that nothing is truncated, a stolen table alone cannot be
//! attacked, and a hash copied to another row opens nothing.
//!
//! `pre = base64(HMAC-SHA-384(pepper, "azora.password.v1" | user id | NFC bytes))`, 64 printable characters, under
//! bcrypt's limit of 72 bytes; stored is `b1$<pepper id>$<bcrypt of pre>`. Plain bcrypt, as imports bring it, is replaced at
//! the first login that proves the password.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bcrypt::Version;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha384;
use shared::config::Environment;
use shared::error::{Error, Result};
use shared::id::UserId;
use shared::keys::Keys;
use unicode_normalization::UnicodeNormalization;

use crate::error::AuthError;

mod pool;

use pool::Pool;

const PASSWORD: &[u8] = b"azora.password.v1";
const RECOVERY: &[u8] = b"azora.recovery.v1";
const PEPPER: &str = "pepper";
/// How the stored forms begin, before the id of the pepper.
const PASSWORD_FORM: &str = "b1";
const RECOVERY_FORM: &str = "r1";
/// How plain bcrypt begins. `$2x$` is the mark of an implementation that was wrong.
const IMPORTED: [&str; 3] = ["$2a$", "$2b$", "$2y$"];
/// bcrypt reads no more of a plain password.
const IMPORTED_BYTES_MAX: usize = 72;
/// A login waits no longer than this for its turn.
const QUEUE_MILLIS_MAX: u64 = 2000;
/// What may be set outside tests. An import that costs more would hold a thread for many seconds at each guess.
pub const COSTS: RangeInclusive<u32> = 10..=16;
/// The time of one hash that is worth no warning.
const USUAL: RangeInclusive<u64> = 100..=1000;
/// Recovery codes are long and random: they need less.
const RECOVERY_COST_LESS: u32 = 2;
const RECOVERY_COST_MIN: u32 = 10;

/// Makes and checks hashes, on as many threads as there are cores.
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    keys: Keys,
    cost: u32,
    /// What unknown accounts are checked against, so that they take as long as known ones.
    dummy: String,
    pool: Pool,
    waiting: AtomicU64,
    hash_millis: u64,
}

/// What came of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is the one behind the hash.
    pub right: bool,
    /// Whether the hash is of a form, a cost or a pepper that is no longer in force.
    pub stale: bool,
}

/// A place in the queue.
pub struct Turn {
    passwords: Passwords,
    counted: Counted,
}

impl Passwords {
    /// Starts the threads and times a hash.
    pub async fn start(keys: &Keys, cost: u32, environment: Environment) -> Result<Self> {
        let pool = Pool::start().map_err(broken)?;
        let pre = prehash(&keys.derive(PEPPER), PASSWORD, UserId::default(), "");
        let timed = pool.run(move || {
            let mut times = Vec::new();
            let mut dummy = Ok(String::new());
            for _ in 0..3 {
                let began = Instant::now();
                dummy = bcrypt::non_truncating_hash(&pre, cost);
                times.push(began.elapsed());
            }
            times.sort();
            dummy.map(|dummy| (dummy, times[1]))
        });
        let (dummy, hash_time) = timed.await.ok_or_else(|| broken("a thread has ended"))?.map_err(broken)?;
        let hash_millis = u64::try_from(hash_time.as_millis()).unwrap_or(u64::MAX).max(1);
        tracing::info!(cost, hash_millis, threads = pool.threads(), "timed a password hash");
        if environment != Environment::Test && !USUAL.contains(&hash_millis) {
            let better = if hash_millis < *USUAL.start() { cost + 1 } else { cost - 1 };
            if COSTS.contains(&better) {
                tracing::warn!(hash_millis, better, "bcrypt_cost does not fit this machine; take the better one");
            }
        }
        Ok(Self(Arc::new(Inner { keys: keys.clone(), cost, dummy, pool, waiting: AtomicU64::new(0), hash_millis })))
    }

    /// The time of one hash on this machine.
    pub fn hash_time(&self) -> Duration {
        Duration::from_millis(self.0.hash_millis)
    }

    /// Takes a place in the queue, before any other work. The queue is bounded by the time that it takes.
    ///
    /// # Errors
    /// `LOGIN_BUSY`, at once.
    pub fn admit(&self) -> Result<Turn> {
        let inner = &self.0;
        let ahead = inner.waiting.fetch_add(1, Ordering::Relaxed);
        let turn = Turn { passwords: self.clone(), counted: Counted(Arc::clone(inner)) };
        if ahead * inner.hash_millis / inner.pool.threads() > QUEUE_MILLIS_MAX {
            return Err(AuthError::LoginBusy.into());
        }
        Ok(turn)
    }

    /// The stored form of a new password.
    pub async fn hash(&self, user: UserId, password: &str) -> Result<String> {
        self.admit()?.hash(user, password).await
    }

    /// Judges a password by what is stored; without anything the same work is done, and the answer is no.
    pub async fn verify(&self, user: UserId, password: &str, stored: Option<&str>) -> Result<Verdict> {
        self.admit()?.verify(user, password, stored).await
    }

    /// The stored form of a recovery code, by the salt of its set; under the pepper and at the cost of a form that is `kept`, if
    /// there is one.
    pub async fn recovery(&self, user: UserId, code: &str, salt: [u8; 16], kept: Option<&str>) -> Result<String> {
        let inner = &self.0;
        let kept = kept.and_then(|kept| keyed(kept, RECOVERY_FORM));
        let id = kept.map_or_else(|| inner.keys.id(), |(id, _)| id.to_owned());
        let pepper = inner.keys.derive_under(&id, PEPPER).unwrap_or_else(|| inner.keys.derive(PEPPER));
        let pre = prehash(&pepper, RECOVERY, user, code);
        let in_force = inner.cost.saturating_sub(RECOVERY_COST_LESS).max(RECOVERY_COST_MIN).min(inner.cost);
        let cost = kept.and_then(|(_, hash)| cost_of(hash)).unwrap_or(in_force);
        let hash = self.admit()?.run(move || bcrypt::hash_with_salt(pre, cost, salt).map_err(broken)).await?;
        Ok(format!("{RECOVERY_FORM}${id}${}", hash.format_for_version(Version::TwoB)))
    }
}

impl Turn {
    /// As at `Passwords::hash`.
    pub async fn hash(self, user: UserId, password: &str) -> Result<String> {
        let inner = &self.passwords.0;
        let (id, cost) = (inner.keys.id(), inner.cost);
        // By its id: the ring may be read again at any moment.
        let pepper = inner.keys.derive_under(&id, PEPPER).ok_or_else(|| broken("its pepper has left the key ring"))?;
        let pre = prehash(&pepper, PASSWORD, user, password);
        let hash = self.run(move || bcrypt::non_truncating_hash(pre, cost).map_err(broken)).await?;
        Ok(format!("{PASSWORD_FORM}${id}${hash}"))
    }

    /// As at `Passwords::verify`.
    pub async fn verify(self, user: UserId, password: &str, stored: Option<&str>) -> Result<Verdict> {
        let inner = Arc::clone(&self.passwords.0);
        let known = stored.and_then(|stored| inner.known(user, password, stored));
        let exists = known.is_some();
        let (input, hash, stale) = known.unwrap_or_else(|| {
            let pre = prehash(&inner.keys.derive(PEPPER), PASSWORD, user, password);
            (pre, inner.dummy.clone(), false)
        });
        // Nothing is cut off: `known` gives at most 72 bytes, of which `non_truncating_verify` would refuse the last.
        let same = self.run(move || bcrypt::verify(input, &hash).map_err(broken)).await?;
        Ok(Verdict { right: same && exists, stale })
    }

    async fn run<T: Send + 'static>(self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let Self { passwords, counted } = self;
        // The place goes with the work: whoever hangs up leaves a hash running, and its place is taken until it ends.
        let turn = move || {
            let done = work();
            drop(counted);
            done
        };
        passwords.0.pool.run(turn).await.ok_or_else(|| broken("a thread has ended"))?
    }
}

impl Inner {
    /// What bcrypt is given, the hash it is held against, and whether that is stale; `None` for a form that opens nothing.
    fn known(&self, user: UserId, password: &str, stored: &str) -> Option<(String, String, bool)> {
        if IMPORTED.iter().any(|form| stored.starts_with(form)) {
            if cost_of(stored).is_none_or(|cost| cost > *COSTS.end()) {
                tracing::error!(user.id = %user, "an imported password hash costs too much to be checked");
                return None;
            }
            let fits = password.len() <= IMPORTED_BYTES_MAX;
            return fits.then(|| (password.to_owned(), stored.to_owned(), true));
        }
        let (id, hash) = keyed(stored, PASSWORD_FORM)?;
        let Some(pepper) = self.keys.derive_under(id, PEPPER) else {
            tracing::error!(key = id, "a password is kept under a key that is not on the ring");
            return None;
        };
        let stale = id != self.keys.id() || cost_of(hash) != Some(self.cost);
        Some((prehash(&pepper, PASSWORD, user, password), hash.to_owned(), stale))
    }
}

/// The pepper's id and the hash of a stored form.
fn keyed<'a>(stored: &'a str, form: &str) -> Option<(&'a str, &'a str)> {
    stored.strip_prefix(form)?.strip_prefix('$')?.split_once('$')
}

/// `$2b$12$..` has the cost 12.
fn cost_of(hash: &str) -> Option<u32> {
    hash.split('$').nth(2)?.parse().ok()
}

/// Leaves the queue however the wait ends.
struct Counted(Arc<Inner>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::internal(format!("password hash: {error}"))
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn prehash(pepper: &[u8; 32], label: &[u8], user: UserId, password: &str) -> String {
    let mut mac = Hmac::<Sha384>::new_from_slice(pepper).expect("any key length will do");
    mac.update(label);
    mac.update(user.0.as_bytes());
    mac.update(password.nfc().collect::<String>().as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn passwords(keys: &Keys) -> Passwords {
        Passwords::start(keys, 4, Environment::Test).await.expect("a cost for tests")
    }

    async fn judged(passwords: &Passwords, user: UserId, password: &str, stored: Option<&str>) -> (bool, bool) {
        let verdict = passwords.verify(user, password, stored).await.expect("checked");
        (verdict.right, verdict.stale)
    }

    #[tokio::test]
    async fn every_character_counts_up_to_the_last() {
        let passwords = passwords(&Keys::ephemeral()).await;
        let user = UserId::new();
        for length in 8..=256 {
            let right = "x".repeat(length);
            let wrong = format!("{}y", "x".repeat(length - 1));
            let stored = passwords.hash(user, &right).await.expect("hashed");
            assert_eq!(judged(&passwords, user, &right, Some(&stored)).await, (true, false), "{length}");
            assert!(!judged(&passwords, user, &wrong, Some(&stored)).await.0, "{length}");
        }
    }

    #[tokio::test]
    async fn a_hash_opens_its_own_row_only_and_nothing_opens_nothing() {
        let passwords = passwords(&Keys::ephemeral()).await;
        let stored = passwords.hash(UserId::new(), "Azora2025!").await.expect("hashed");
        assert!(!judged(&passwords, UserId::new(), "Azora2025!", Some(&stored)).await.0);
        assert!(!judged(&passwords, UserId::default(), "", None).await.0);
        let dear = "$2a$31$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe";
        for broken in ["", "b1$", "b1$k1$", "b1$k1$nonsense", "$2x$04$abc", "plain", dear] {
            let verdict = passwords.verify(UserId::default(), "plain", Some(broken)).await;
            assert!(verdict.is_err() || verdict.is_ok_and(|verdict| !verdict.right), "{broken}");
        }
    }

    #[tokio::test]
    async fn an_old_pepper_and_an_old_cost_open_and_are_stale() {
        let keys = Keys::ephemeral();
        let passwords = passwords(&keys).await;
        let user = UserId::new();
        let stored = passwords.hash(user, "three small rivers").await.expect("hashed");
        let other = Passwords::start(&keys, 5, Environment::Test).await.expect("a cost for tests");
        assert_eq!(judged(&other, user, "three small rivers", Some(&stored)).await, (true, true));
        let id = keys.rotate();
        assert_eq!(judged(&passwords, user, "three small rivers", Some(&stored)).await, (true, true));
        let renewed = passwords.hash(user, "three small rivers").await.expect("hashed");
        assert!(renewed.starts_with(&format!("b1${id}$")), "{renewed}");
        assert_eq!(judged(&passwords, user, "three small rivers", Some(&renewed)).await, (true, false));
    }

    #[tokio::test]
    async fn published_vectors_open_as_imports_do() {
        let passwords = passwords(&Keys::ephemeral()).await;
        // From the bcrypt test suite of OpenBSD and jBCrypt.
        for (password, stored) in [
            ("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
            ("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
            ("abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"),
            ("~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO"),
        ] {
            assert_eq!(judged(&passwords, UserId::new(), password, Some(stored)).await, (true, true), "{password}");
            assert!(!judged(&passwords, UserId::new(), "abd", Some(stored)).await.0);
        }
        let long = "x".repeat(73);
        let truncated = bcrypt::hash(&long[..72], 4).expect("hashed");
        assert!(!judged(&passwords, UserId::new(), &long, Some(&truncated)).await.0, "what is longer opens nothing");
        assert!(judged(&passwords, UserId::new(), &long[..72], Some(&truncated)).await.0, "72 bytes are not too long");
        let wrong = format!("{}y", &long[..71]);
        assert!(!judged(&passwords, UserId::new(), &wrong, Some(&truncated)).await.0, "the last one counts");
    }

    #[tokio::test]
    async fn one_hash_of_a_recovery_code_is_the_same_under_its_salt_and_pepper() {
        let keys = Keys::ephemeral();
        let passwords = passwords(&keys).await;
        let (user, salt) = (UserId::new(), [7; 16]);
        let kept = passwords.recovery(user, "CODE", salt, None).await.expect("hashed");
        let _new = keys.rotate();
        assert_eq!(passwords.recovery(user, "CODE", salt, Some(&kept)).await.expect("hashed"), kept);
        assert_ne!(passwords.recovery(user, "CODE", salt, None).await.expect("hashed"), kept);
        for (user, code, salt) in [(user, "COD3", salt), (UserId::new(), "CODE", salt), (user, "CODE", [8; 16])] {
            assert_ne!(passwords.recovery(user, code, salt, Some(&kept)).await.expect("hashed"), kept);
        }
    }

    #[tokio::test]
    async fn whoever_hangs_up_gives_no_place_away() {
        let passwords = passwords(&Keys::ephemeral()).await;
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        let hash = passwords.admit().expect("room").run(move || {
            let _told = finished.recv();
            Ok(())
        });
        assert!(tokio::time::timeout(Duration::from_millis(50), hash).await.is_err(), "hung up");
        let waiting = || passwords.0.waiting.load(Ordering::Relaxed);
        assert_eq!(waiting(), 1);
        drop(finish);
        for _ in 0..500 {
            if waiting() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        unreachable!("the place does not come back");
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let passwords = passwords(&Keys::ephemeral()).await;
        let inner = &passwords.0;
        let full = (QUEUE_MILLIS_MAX + 1) * inner.pool.threads() / inner.hash_millis + inner.pool.threads();
        inner.waiting.store(full, Ordering::Relaxed);
        assert!(passwords.admit().is_err());
        assert_eq!(inner.waiting.load(Ordering::Relaxed), full, "who is refused does not wait");
        inner.waiting.store(0, Ordering::Relaxed);
        assert!(passwords.admit().is_ok());
    }
}

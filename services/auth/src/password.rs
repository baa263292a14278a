//! How a password is kept: bcrypt over a keyed digest, so that nothing is truncated, a stolen table alone cannot be
//! attacked, and a hash copied to another row opens nothing.
//!
//! `pre = base64(HMAC-SHA-384(pepper, "azora.password.v1" | user id | NFC bytes))`, 64 printable characters, under
//! bcrypt's limit of 72 bytes; stored is `b1$<pepper id>$<bcrypt of pre>`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha384;
use shared::error::{Error, Result};
use shared::id::UserId;
use shared::keys::Keys;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::error::AuthError;

const CONTEXT: &[u8] = b"azora.password.v1";
const FORM: &str = "b1";
/// A login waits no longer than this for its turn.
const QUEUE_MILLIS_MAX: u64 = 2000;

/// Makes and checks hashes, on as many threads as there are cores.
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    pepper: [u8; 32],
    pepper_id: String,
    cost: u32,
    /// What unknown accounts are checked against, so that they take as long as known ones.
    dummy: String,
    threads: u64,
    places: Arc<Semaphore>,
    waiting: AtomicU64,
    hash_millis: u64,
}

impl Passwords {
    /// Times one hash.
    pub async fn start(keys: &Keys, cost: u32) -> Result<Self> {
        let pepper = keys.derive("pepper");
        let began = Instant::now();
        let pre = prehash(&pepper, UserId::default(), "");
        let dummy = tokio::task::spawn_blocking(move || bcrypt::non_truncating_hash(pre, cost));
        let dummy = dummy.await.map_err(broken)?.map_err(broken)?;
        let hash_millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        let threads = thread::available_parallelism().map_or(1, usize::from);
        tracing::info!(cost, hash_millis, threads, "timed a password hash");
        Ok(Self(Arc::new(Inner {
            pepper,
            pepper_id: keys.id().to_owned(),
            cost,
            dummy,
            threads: u64::try_from(threads).unwrap_or(1),
            places: Arc::new(Semaphore::new(threads)),
            waiting: AtomicU64::new(0),
            hash_millis,
        })))
    }

    /// The stored form of a new password.
    pub async fn hash(&self, user: UserId, password: &str) -> Result<String> {
        let pre = prehash(&self.0.pepper, user, password);
        let cost = self.0.cost;
        let hash = self.in_turn(move || bcrypt::non_truncating_hash(pre, cost).map_err(broken)).await?;
        Ok(format!("{FORM}${}${hash}", self.0.pepper_id))
    }

    /// Whether the password is the one behind `stored`; without one the same work is done, and the answer is no.
    pub async fn verify(&self, user: UserId, password: &str, stored: Option<&str>) -> Result<bool> {
        let prefix = format!("{FORM}${}$", self.0.pepper_id);
        let known = stored.and_then(|stored| stored.strip_prefix(&prefix)).map(str::to_owned);
        let exists = known.is_some();
        let hash = known.unwrap_or_else(|| self.0.dummy.clone());
        let pre = prehash(&self.0.pepper, user, password);
        let same = self.in_turn(move || bcrypt::non_truncating_verify(pre, &hash).map_err(broken)).await?;
        Ok(same && exists)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let inner = &self.0;
        let ahead = inner.waiting.fetch_add(1, Ordering::Relaxed);
        let counted = Counted(Arc::clone(inner));
        if ahead * inner.hash_millis / inner.threads > QUEUE_MILLIS_MAX {
            return Err(AuthError::LoginBusy.into());
        }
        let place = Arc::clone(&inner.places).acquire_owned().await.map_err(broken)?;
        // The place goes with the work: whoever hangs up leaves a hash running, and its place is taken until it ends.
        let turn = move || {
            let done = work();
            drop((place, counted));
            done
        };
        tokio::task::spawn_blocking(turn).await.map_err(broken)?
    }
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
fn prehash(pepper: &[u8; 32], user: UserId, password: &str) -> String {
    let mut mac = Hmac::<Sha384>::new_from_slice(pepper).expect("any key length will do");
    mac.update(CONTEXT);
    mac.update(user.0.as_bytes());
    mac.update(password.nfc().collect::<String>().as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn passwords() -> Passwords {
        Passwords::start(&Keys::ephemeral(), 4).await.expect("a cost for tests")
    }

    #[tokio::test]
    async fn every_character_counts_up_to_the_last() {
        let passwords = passwords().await;
        let user = UserId::new();
        for length in [8, 71, 72, 73, 256] {
            let right = "x".repeat(length);
            let wrong = format!("{}y", "x".repeat(length - 1));
            let stored = passwords.hash(user, &right).await.expect("hashed");
            assert!(passwords.verify(user, &right, Some(&stored)).await.expect("checked"), "{length}");
            assert!(!passwords.verify(user, &wrong, Some(&stored)).await.expect("checked"), "{length}");
        }
    }

    #[tokio::test]
    async fn a_hash_copied_to_another_row_opens_nothing() {
        let passwords = passwords().await;
        let stored = passwords.hash(UserId::new(), "Azora2025!").await.expect("hashed");
        assert!(!passwords.verify(UserId::new(), "Azora2025!", Some(&stored)).await.expect("checked"));
    }

    #[tokio::test]
    async fn nothing_matches_an_account_that_is_not_there() {
        let passwords = passwords().await;
        assert!(!passwords.verify(UserId::default(), "", None).await.expect("checked"));
    }

    #[tokio::test]
    async fn whoever_hangs_up_gives_no_place_away() {
        let passwords = passwords().await;
        let inner = &passwords.0;
        let places = inner.places.available_permits();
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        let hash = passwords.in_turn(move || {
            let _told = finished.recv();
            Ok(())
        });
        assert!(tokio::time::timeout(Duration::from_millis(50), hash).await.is_err(), "hung up");
        assert_eq!(inner.places.available_permits(), places - 1);
        assert_eq!(inner.waiting.load(Ordering::Relaxed), 1);

        drop(finish);
        let all = inner.places.acquire_many(u32::try_from(places).expect("a few cores"));
        let _all = tokio::time::timeout(Duration::from_secs(5), all).await.expect("it comes back").expect("open");
    }
}

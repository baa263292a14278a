//! Which tokens are dead before their time: those of sessions that have ended, and those of a lower security epoch than the
//! user's. Each is remembered for as long as a token of that moment can live.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::Identity;
use crate::id::UserId;

/// Longer than any access token lives, with all leeway.
pub const KEPT: Duration = Duration::from_mins(20);
/// A picture that is older may lack something.
const STALE_AFTER: Duration = Duration::from_secs(5);
/// How often what no token can outlive is forgotten.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// What a service has heard.
#[derive(Default)]
pub struct Revocations(RwLock<Picture>);

#[derive(Default)]
struct Picture {
    epochs: HashMap<UserId, (i32, Instant)>,
    sessions: HashMap<Uuid, Instant>,
    heard: Option<Instant>,
    swept: Option<Instant>,
}

impl Revocations {
    /// Tokens of the user below this epoch are dead.
    pub fn raise(&self, user: UserId, epoch: i32) {
        let mut picture = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = picture.epochs.get(&user).map_or(0, |(known, _)| *known);
        picture.epochs.insert(user, (epoch.max(known), Instant::now()));
    }

    /// Tokens of the session, or of the API key, are dead.
    pub fn end(&self, session: Uuid) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).sessions.insert(session, Instant::now());
    }

    /// Everything up to this moment has been heard.
    pub fn are_current(&self) {
        let now = Instant::now();
        let mut picture = self.0.write().unwrap_or_else(PoisonError::into_inner);
        picture.heard = Some(now);
        if picture.swept.is_none_or(|swept| now - swept > SWEEP_EVERY) {
            picture.swept = Some(now);
            picture.epochs.retain(|_, (_, since)| now - *since < KEPT);
            picture.sessions.retain(|_, since| now - *since < KEPT);
        }
    }

    /// Whether something may have been missed.
    #[must_use]
    pub fn are_stale(&self) -> bool {
        let picture = self.0.read().unwrap_or_else(PoisonError::into_inner);
        picture.heard.is_none_or(|heard| heard.elapsed() > STALE_AFTER)
    }

    /// Whether the token is dead.
    #[must_use]
    pub fn kill(&self, identity: &Identity) -> bool {
        let picture = self.0.read().unwrap_or_else(PoisonError::into_inner);
        picture.sessions.contains_key(&identity.session)
            || picture.epochs.get(&identity.user).is_some_and(|(epoch, _)| identity.epoch < *epoch)
    }
}

#[cfg(test)]
mod tests {
    use proto::azora::common::v1::Role;

    use super::*;

    fn identity(epoch: i32) -> Identity {
        Identity {
            user: UserId(Uuid::from_u128(1)),
            role: Role::Student,
            session: Uuid::from_u128(2),
            service: None,
            epoch,
            authenticated_at: 0,
            aal: 1,
            amr: [].into(),
            scopes: None,
            expires: 0,
        }
    }

    #[test]
    fn a_session_that_has_ended_and_a_lower_epoch_are_dead() {
        let revocations = Revocations::default();
        assert!(revocations.are_stale() && !revocations.kill(&identity(1)));
        revocations.raise(identity(1).user, 3);
        revocations.raise(identity(1).user, 2);
        assert!(revocations.kill(&identity(2)) && !revocations.kill(&identity(3)));
        revocations.end(identity(3).session);
        assert!(revocations.kill(&identity(3)));
        revocations.are_current();
        assert!(!revocations.are_stale());
    }
}

//! Refresh tokens: `v1.<session>.<counter>.<HMAC under the session's own key>`. Nothing of them is stored, and the same
//! counter always gives the same string, so an answer that was lost can be given again.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use shared::clock::Time;
use shared::error::Result;
use shared::keys::Keys;
use uuid::Uuid;

use crate::id::SessionId;

const SEALED_AS: &str = "field";
const VERSION: &str = "v1";
/// Uses of the previous token within this time are one burst: a client that sends its lost call again, several times.
const BURST: Duration = Duration::seconds(2);
/// How far a device's clock may be from ours.
const PROOF_SECONDS: i64 = 60;

/// A token as somebody shows it; nothing of it is proved yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The session that it names.
    pub session: Uuid,
    counter: i64,
    mac: Vec<u8>,
}

/// What a session remembers of its refreshes.
#[derive(Clone, Copy)]
pub struct State {
    /// The only counter whose token advances.
    pub counter: i64,
    /// When it last advanced.
    pub advanced_at: Time,
    /// When a token was last given out.
    pub used_at: Time,
    /// Bursts from the previous counter that were served today.
    pub bursts_today: i32,
}

/// How patient a session is with the previous token.
#[derive(Clone, Copy)]
pub struct Grace {
    /// For so long after the advance.
    pub time: Duration,
    /// So often a day.
    pub bursts: i32,
    /// Whether the device has signed the call: then nobody else shows the token, and patience costs nothing.
    pub signed: bool,
}

/// What becomes of a token that the session's key has proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The newest: its successor is handed out.
    Advance,
    /// The one before, soon after: the answer was lost, and is given again. Whether that begins a new burst.
    Again { new_burst: bool },
    /// The one before, soon after, but too often for one day: a new login is due.
    TooOften,
    /// Superseded long ago: somebody kept a copy.
    Reused,
    /// Superseded long ago, but shown by the device itself: a call that came late.
    Late,
    /// Not handed out yet: only a restored database explains it.
    Unknown,
}

/// A signature by the key of a device over a refresh token.
#[derive(Clone, Debug)]
pub struct DeviceProof {
    /// When it was made, Unix seconds.
    pub signed_at: i64,
    /// By the device's key.
    pub signature: [u8; 64],
}

impl DeviceProof {
    /// Whether the device's key made it, for this token and about now.
    #[must_use]
    pub fn proves(&self, device_key: &[u8], token: &str, now: Time) -> bool {
        let key = <[u8; 32]>::try_from(device_key).ok().and_then(|key| VerifyingKey::from_bytes(&key).ok());
        let recent = (now.timestamp() - self.signed_at).abs() <= PROOF_SECONDS;
        let signed = format!("azora.device.v1\n{}\n{token}", self.signed_at);
        recent
            && key.is_some_and(|key| {
                key.verify_strict(signed.as_bytes(), &Signature::from_bytes(&self.signature)).is_ok()
            })
    }
}

/// The key of a new session, as its row keeps it.
#[must_use]
pub fn sealed(keys: &Keys, session: SessionId, key: &[u8]) -> Vec<u8> {
    keys.seal(SEALED_AS, associated(session).as_bytes(), key)
}

/// The key of a session.
///
/// # Errors
/// It was sealed with another key ring, or for another row.
pub fn opened(keys: &Keys, session: SessionId, sealed: &[u8]) -> Result<Vec<u8>> {
    keys.open(SEALED_AS, associated(session).as_bytes(), sealed)
}

fn associated(session: SessionId) -> String {
    format!("sessions:refresh_key:{session}")
}

/// The token of a session at a counter.
#[must_use]
pub fn write(session: Uuid, counter: i64, key: &[u8]) -> String {
    let tag = tag(session, counter, key).finalize().into_bytes();
    format!("{VERSION}.{}.{counter}.{}", session.simple(), URL_SAFE_NO_PAD.encode(tag))
}

/// Takes a token apart; `None` for what is none.
#[must_use]
pub fn read(text: &str) -> Option<Shown> {
    let mut parts = text.split('.');
    let mut next = || parts.next();
    let (version, session, counter, mac) = (next()?, next()?, next()?, next()?);
    let canonical = counter.bytes().all(|byte| byte.is_ascii_digit()) && (counter == "0" || !counter.starts_with('0'));
    if version != VERSION || next().is_some() || session.len() != 32 || !canonical {
        return None;
    }
    Some(Shown {
        session: Uuid::try_parse(session).ok()?,
        counter: counter.parse().ok()?,
        mac: URL_SAFE_NO_PAD.decode(mac).ok()?,
    })
}

impl Shown {
    /// Whether the session's key made it. Compared in constant time.
    #[must_use]
    pub fn is_made_with(&self, key: &[u8]) -> bool {
        tag(self.session, self.counter, key).verify_slice(&self.mac).is_ok()
    }

    /// What becomes of it.
    #[must_use]
    pub fn judge(&self, state: State, grace: Grace, now: Time) -> Verdict {
        if self.counter == state.counter {
            return Verdict::Advance;
        }
        if self.counter > state.counter {
            return Verdict::Unknown;
        }
        let previous = self.counter + 1 == state.counter;
        if grace.signed {
            return if previous { Verdict::Again { new_burst: false } } else { Verdict::Late };
        }
        if !previous || now - state.advanced_at > grace.time {
            return Verdict::Reused;
        }
        // The advance itself begins no burst: the first call that follows does.
        let new_burst = state.used_at == state.advanced_at || now - state.used_at > BURST;
        if new_burst && state.bursts_today >= grace.bursts {
            return Verdict::TooOften;
        }
        Verdict::Again { new_burst }
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn tag(session: Uuid, counter: i64, key: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(b"azora.refresh.v1");
    mac.update(session.as_bytes());
    mac.update(&counter.to_be_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;

    const KEY: [u8; 32] = [7; 32];
    const GRACE: Grace = Grace { time: Duration::seconds(30), bursts: 6, signed: false };

    fn at(seconds: i64) -> Time {
        Time::default() + Duration::seconds(seconds)
    }

    fn shown(counter: i64) -> Shown {
        read(&write(Uuid::from_u128(1), counter, &KEY)).expect("our own")
    }

    fn state(counter: i64) -> State {
        State { counter, advanced_at: at(100), used_at: at(100), bursts_today: 0 }
    }

    #[test]
    fn a_token_is_read_back_and_proved_by_its_own_key_only() {
        let token = shown(41);
        assert_eq!((token.session, token.counter), (Uuid::from_u128(1), 41));
        assert!(token.is_made_with(&KEY) && !token.is_made_with(&[8; 32]));
        for other in [Shown { counter: 42, ..token.clone() }, Shown { session: Uuid::from_u128(2), ..token.clone() }] {
            assert!(!other.is_made_with(&KEY));
        }
        assert!(!Shown { mac: token.mac[..16].to_vec(), ..token }.is_made_with(&KEY), "a shorter tag proves nothing");
    }

    #[test]
    fn what_is_no_token_is_not_read() {
        let good = write(Uuid::from_u128(1), 4, &KEY);
        for bad in [
            String::new(),
            "v1".to_owned(),
            good.replace("v1", "v2"),
            format!("{good}.x"),
            good.replace(".4.", ".04."),
            good.replace(".4.", ".+4."),
            good.replace(".4.", ".-4."),
            good.replace(".4.", ".99999999999999999999."),
            format!("{good}="),
        ] {
            assert_eq!(read(&bad), None, "{bad}");
        }
    }

    #[test]
    fn the_newest_advances_whenever_it_comes() {
        assert_eq!(shown(5).judge(state(5), GRACE, at(1_000_000)), Verdict::Advance);
    }

    #[test]
    fn the_previous_one_is_answered_again_for_half_a_minute() {
        assert_eq!(shown(4).judge(state(5), GRACE, at(100)), Verdict::Again { new_burst: true });
        assert_eq!(shown(4).judge(state(5), GRACE, at(130)), Verdict::Again { new_burst: true });
        assert_eq!(shown(4).judge(state(5), GRACE, at(131)), Verdict::Reused);
    }

    #[test]
    fn what_the_device_has_signed_is_answered_whenever_it_comes_and_ends_nothing() {
        let signed = Grace { signed: true, ..GRACE };
        assert_eq!(shown(4).judge(state(5), signed, at(1_000_000)), Verdict::Again { new_burst: false });
        assert_eq!(shown(3).judge(state(5), signed, at(1_000_000)), Verdict::Late);
        assert_eq!(shown(6).judge(state(5), signed, at(100)), Verdict::Unknown);
    }

    #[test]
    fn a_device_proves_one_token_about_now() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let public = key.verifying_key().to_bytes();
        let proof = |seconds: i64, token: &str| DeviceProof {
            signed_at: seconds,
            signature: key.sign(format!("azora.device.v1\n{seconds}\n{token}").as_bytes()).to_bytes(),
        };
        assert!(proof(100, "t").proves(&public, "t", at(100)) && proof(100, "t").proves(&public, "t", at(160)));
        assert!(!proof(100, "t").proves(&public, "t", at(161)) && !proof(100, "t").proves(&public, "u", at(100)));
        assert!(!DeviceProof { signed_at: 101, ..proof(100, "t") }.proves(&public, "t", at(100)));
        assert!(!proof(100, "t").proves(&SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes(), "t", at(100)));
        assert!(!proof(100, "t").proves(&[], "t", at(100)));
    }

    #[test]
    fn repeats_within_two_seconds_are_one_burst_and_six_bursts_a_day_are_enough() {
        let busy = State { used_at: at(110), bursts_today: 6, ..state(5) };
        assert_eq!(shown(4).judge(busy, GRACE, at(112)), Verdict::Again { new_burst: false });
        assert_eq!(shown(4).judge(busy, GRACE, at(113)), Verdict::TooOften);
    }

    #[test]
    fn older_ones_are_reuse_at_once_and_later_ones_are_nobodys() {
        assert_eq!(shown(3).judge(state(5), GRACE, at(100)), Verdict::Reused);
        assert_eq!(shown(6).judge(state(5), GRACE, at(100)), Verdict::Unknown);
    }
}

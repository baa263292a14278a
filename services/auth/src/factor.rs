//! Second factors: how a code is judged. Whatever may be guessed is counted as wrong before it is judged, under the locks
//! of the account, of its factors and of the challenge, in this order; what was right is spent by that.

use proto::azora::auth::v1::{MfaChallenge, MfaMethod};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::json::Words;
use shared::word::Word;
use shared::work::Work;

use crate::Auth;
use crate::entity::mfa_challenge::Purpose;
use crate::entity::{mfa_challenge, mfa_settings, session, user};
use crate::error::AuthError;
use crate::id::ChallengeId;
use crate::mail::{Message, Recipient};

pub mod challenge;
pub mod enrolment;
pub mod guess;
pub mod recovery;
pub mod settings;
pub mod totp;

/// Longer than any code: recovery codes may be written with spaces.
pub const CODE_MAX: usize = 64;

/// A code that a signed-in caller shows besides the password.
pub struct Given {
    /// Empty where none was given.
    pub code: String,
    /// A challenge of StartStepUp, for a code that was sent.
    pub challenge: Option<ChallengeId>,
    hashed: Option<recovery::Hashed>,
}

/// Reads the fields `code` and `challenge_id`.
pub fn read_given(fields: &mut Fields, code: &str, challenge_id: &str, required: bool) -> Given {
    let code = if required {
        fields.text("code", code, 1..=CODE_MAX)
    } else {
        fields.optional_text("code", code, 1..=CODE_MAX).unwrap_or_default()
    };
    Given { code, challenge: fields.optional_id("challenge_id", challenge_id), hashed: None }
}

impl Given {
    /// Makes the slow hash of a recovery code, before the transaction that judges it. Without it no recovery code is right.
    ///
    /// # Errors
    /// RESOURCE_EXHAUSTED `LOGIN_BUSY`.
    pub async fn hash(&mut self, auth: &Auth, call: &Call) -> Result<()> {
        if !self.code.is_empty() && self.method() == MfaMethod::Recovery {
            self.hashed = Some(recovery::hashed(auth, call.user(), &self.code).await?);
        }
        Ok(())
    }

    /// What a code is by its form; the one that was sent is known by its challenge.
    fn method(&self) -> MfaMethod {
        let digits = self.code.len() == 6 && self.code.bytes().all(|byte| byte.is_ascii_digit());
        if digits { MfaMethod::Totp } else { MfaMethod::Recovery }
    }
}

/// A code as it is shown, to be judged.
pub struct Shown<'a> {
    pub method: MfaMethod,
    pub code: &'a str,
    /// Of a recovery code.
    pub hashed: Option<&'a recovery::Hashed>,
    /// What an earlier login gave to the device.
    pub device_token: Option<&'a str>,
}

/// Judges a code, and counts or spends it. The rows are locked, and the challenge is alive.
///
/// # Errors
/// RESOURCE_EXHAUSTED `THROTTLED` once the account's wrong codes of the day are used up.
pub async fn judge(
    auth: &Auth,
    call: &Call,
    work: &Work<'_>,
    settings: &mfa_settings::Model,
    challenge: Option<&mfa_challenge::Model>,
    shown: &Shown<'_>,
) -> Result<bool> {
    guess::admit(auth, call, work, settings, shown.device_token).await?;
    let keys = auth.work.keys();
    let right = match shown.method {
        MfaMethod::Totp => totp::spend(keys, call, work, settings, shown.code).await?,
        MfaMethod::Recovery => match shown.hashed {
            Some(hashed) => recovery::spend(call, work, settings, hashed).await?,
            None => false,
        },
        sent => challenge.is_some_and(|challenge| challenge::is_code(keys, challenge, sent, shown.code)),
    };
    if let Some(challenge) = challenge {
        challenge::judged(call, work, challenge, right).await?;
    }
    if right {
        guess::was_right(auth, call, work, settings).await?;
    } else {
        guess::was_wrong(auth, call, work, settings).await?;
    }
    Ok(right)
}

/// Asks a signed-in caller for a second factor, if one is on. The account's row is locked. What comes back is to be sent
/// after the commit.
///
/// # Errors
/// PERMISSION_DENIED `CODE_WRONG`, counted; RESOURCE_EXHAUSTED `THROTTLED`.
pub async fn demand(
    auth: &Auth,
    call: &Call,
    work: &Work<'_>,
    account: &user::Model,
    given: &Given,
) -> Result<Option<(Recipient, Message)>> {
    let settings = work.lock_one(mfa_settings::of(account.id)).await?;
    let Some(settings) = settings.filter(|settings| settings.enabled) else { return Ok(None) };
    if given.code.is_empty() {
        return Err(AuthError::CodeWrongHere.into());
    }
    let challenge = match given.challenge {
        Some(id) => Some(step_up_of(call, work, account, id).await?),
        None => None,
    };
    let begun_for = challenge.as_ref().and_then(|challenge| challenge.method);
    let method = begun_for.map_or_else(|| given.method(), |method| *method);
    let shown = Shown { method, code: &given.code, hashed: given.hashed.as_ref(), device_token: None };
    if !judge(auth, call, work, &settings, challenge.as_ref(), &shown).await? {
        return Err(Error::from(AuthError::CodeWrongHere).keeping_effect());
    }
    Ok(recovery::low(account, &settings, method))
}

/// A challenge that the caller's own session has begun, locked.
async fn step_up_of(
    call: &Call,
    work: &Work<'_>,
    account: &user::Model,
    id: ChallengeId,
) -> Result<mfa_challenge::Model> {
    let row = work.lock_one(mfa_challenge::by_id(id)).await?;
    let own = row.filter(|row| {
        row.user_id == account.id
            && row.is_for(Purpose::StepUp)
            && row.session_id == call.session_id()
            && row.is_alive(account.epoch, call.now())
    });
    own.ok_or_else(|| AuthError::CodeWrongHere.into())
}

/// What a login has to answer before it opens a session; `None` if no second factor is on. The account's row is locked.
pub async fn login_challenge(
    auth: &Auth,
    call: &Call,
    work: &Work<'_>,
    account: &user::Model,
    device_label: Option<String>,
) -> Result<Option<MfaChallenge>> {
    let settings = mfa_settings::of(account.id).one(&work.tx).await?;
    let Some(settings) = settings.filter(|settings| settings.enabled) else { return Ok(None) };
    let begun = challenge::Begun { device_label, ..challenge::Begun::default() };
    let row = challenge::begin(auth, call, work, account, Purpose::Login, begun).await?;
    let recovery = settings.is_on(MfaMethod::Recovery).then_some(MfaMethod::Recovery);
    Ok(Some(row.shown(settings.methods().into_iter().chain(recovery))))
}

/// The assurance that an answer by this method gives, and what it shows. Only an authenticator app counts as a second
/// factor in full.
pub fn proves(method: MfaMethod) -> (i32, Vec<String>) {
    let (aal, word) = match method {
        MfaMethod::Totp => (2, "otp"),
        other => (1, Word(other).text()),
    };
    (aal, vec!["pwd".to_owned(), word.to_owned()])
}

/// Lets a session say what its owner has just shown. Assurance goes with the moment of its proof: a code that was sent
/// does not renew what an app has granted before.
pub async fn renew(work: &Work<'_>, session: session::Model, method: MfaMethod, now: Time) -> Result<session::Model> {
    let (aal, amr) = proves(method);
    let mut renewed = session.into_active_model();
    renewed.aal = Set(aal);
    renewed.amr = Set(Words(amr));
    renewed.authenticated_at = Set(now);
    renewed.last_used_at = Set(now);
    renewed.updated_at = Set(now);
    Ok(renewed.update(&work.tx).await?)
}

/// Whether two digests are the same; how far they agree does not show in the time it takes.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0_u8, |differing, (a, b)| differing | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_the_same_in_full_or_not_at_all() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abc", b"abd") && !same(b"abc", b"bbc") && !same(b"abc", b"ab"));
    }

    #[test]
    fn only_an_app_gives_full_assurance() {
        let of = |method| proves(method).0;
        assert_eq!(of(MfaMethod::Totp), 2);
        assert_eq!((of(MfaMethod::Sms), of(MfaMethod::Email), of(MfaMethod::Recovery)), (1, 1, 1));
        assert_eq!(proves(MfaMethod::Recovery).1, ["pwd", "recovery"]);
    }
}

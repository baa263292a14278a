//! Who may set up a second factor: whoever has just logged in, or shows the password.

use proto::azora::auth::v1::MfaMethod;
use shared::call::Call;
use shared::error::Result;
use shared::work::Work;

use crate::Auth;
use crate::entity::{mfa_settings, user};
use crate::error::AuthError;
use crate::proof::Proof;

/// The password may be left out for so long after a login.
const RECENT_SECONDS: i64 = 600;

/// What the caller shows.
pub struct Right(Option<Proof>);

impl Right {
    /// Makes the hash of a password, if one was given.
    ///
    /// # Errors
    /// RESOURCE_EXHAUSTED `THROTTLED`, `LOGIN_BUSY`.
    pub async fn of(auth: &Auth, call: &Call, password: &str) -> Result<Self> {
        if password.is_empty() { Ok(Self(None)) } else { Proof::of(auth, call, password).await.map(Some).map(Self) }
    }

    /// The caller's account, locked.
    ///
    /// # Errors
    /// PERMISSION_DENIED `PASSWORD_WRONG`.
    pub async fn judged(&self, auth: &Auth, call: &Call, work: &Work<'_>) -> Result<user::Model> {
        if let Some(proof) = &self.0 {
            return proof.judged(auth, call, work).await;
        }
        let proved_at = call.identity().map(|identity| identity.authenticated_at).unwrap_or_default();
        if call.now().timestamp() - proved_at > RECENT_SECONDS {
            return Err(AuthError::PasswordWrong.into());
        }
        Ok(work.lock_one(user::by_id(call.user())).await?.ok_or(AuthError::SessionEnded)?)
    }
}

/// Refuses a factor that is on. Whoever came by a recovery code has lost the app, and may set up another beside it.
///
/// # Errors
/// FAILED_PRECONDITION `MFA_ALREADY_ENABLED`.
pub fn check_is_off(call: &Call, row: &mfa_settings::Model, method: MfaMethod) -> Result<()> {
    let by_recovery = call.identity().is_some_and(|identity| identity.amr.iter().any(|word| word == "recovery"));
    let replaces = by_recovery && method == MfaMethod::Totp;
    if row.is_on(method) && !replaces { Err(AuthError::MfaAlreadyEnabled.into()) } else { Ok(()) }
}

//! A password that a signed-in caller shows once more. The slow hash comes before the transaction; what it was made for is
//! looked at again under the row's lock.

use shared::call::Call;
use shared::error::{Error, Result};
use shared::work::Work;

use crate::Auth;
use crate::entity::user;
use crate::error::AuthError;
use crate::policy;
use crate::throttle;

/// What came of the hash.
pub struct Proof {
    right: bool,
    stored: Option<String>,
}

impl Proof {
    /// Counts the attempt and makes the hash.
    ///
    /// # Errors
    /// RESOURCE_EXHAUSTED `THROTTLED` after too many wrong ones in this session, `LOGIN_BUSY`.
    pub async fn of(auth: &Auth, call: &Call, password: &str) -> Result<Self> {
        throttle::password(auth, call).await?;
        let known = user::by_id(call.user()).one(auth.work.read()).await?.ok_or(AuthError::SessionEnded)?;
        let verdict = auth.passwords.verify(known.id, password, known.password_hash.as_deref()).await?;
        let right = verdict.right && !policy::is_closed(password, auth.environment);
        Ok(Self { right, stored: known.password_hash })
    }

    /// The caller's account, locked.
    ///
    /// # Errors
    /// PERMISSION_DENIED `PASSWORD_WRONG`.
    pub async fn judged(&self, auth: &Auth, call: &Call, work: &Work<'_>) -> Result<user::Model> {
        let account = work.lock_one(user::by_id(call.user())).await?.ok_or(AuthError::SessionEnded)?;
        if !self.right || account.password_hash != self.stored {
            return Err(Error::from(AuthError::PasswordWrong));
        }
        throttle::password_was_right(auth, call, work).await?;
        Ok(account)
    }
}

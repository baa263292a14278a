//! Replaces the password of somebody who knows it. Every other session ends; the one that calls goes on.

use proto::azora::auth::v1::{ChangePasswordRequest, ChangePasswordResponse, User};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::{session, user};
use crate::error::AuthError;
use crate::lockout;
use crate::policy;

pub struct ChangePassword {
    current: String,
    new: String,
}

impl TryFrom<ChangePasswordRequest> for ChangePassword {
    type Error = Error;

    fn try_from(request: ChangePasswordRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            current: policy::written(&mut fields, "current_password", &request.current_password, 1),
            new: policy::written(&mut fields, "new_password", &request.new_password, 8),
        };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: ChangePassword) -> Result<ChangePasswordResponse> {
    // The hashes take their time before the transaction; what they were made for is looked at again under the lock.
    let known = user::by_id(call.user()).one(auth.work.read()).await?.ok_or(AuthError::SessionEnded)?;
    let matches = auth.passwords.verify(known.id, &input.current, known.password_hash.as_deref()).await?;
    let hash = auth.passwords.hash(known.id, &input.new).await?;
    auth.work
        .mutate(call, async |work| {
            let account = work.lock_one(user::by_id(call.user())).await?.ok_or(AuthError::SessionEnded)?;
            if account.is_locked(call.now()) || account.password_hash != known.password_hash {
                return Err(AuthError::PasswordWrong.into());
            }
            if !matches {
                lockout::count_failure(auth, call, work, account).await?;
                return Err(Error::from(AuthError::PasswordWrong).keeping_effect());
            }
            policy::check(auth, "new_password", &input.new, &account.name, &account.email)?;
            let epoch = account.epoch + 1;
            let mut changed = account.into_active_model();
            changed.password_hash = Set(Some(hash));
            changed.epoch = Set(epoch);
            changed.login_attempts = Set(0);
            changed.updated_at = Set(call.now());
            let user = User::from(changed.update(&work.tx).await?);
            let kept = call.session_id().unwrap_or_default();
            session::end_others(&work.tx, call.user(), kept, "password_change", call.now()).await?;
            session::lift(&work.tx, kept, epoch, call.now()).await?;
            work.audit(&user.id, &user)?;
            Ok(ChangePasswordResponse {})
        })
        .await
}

//! Sets a new password by the token that was sent. It opens no session; every one that is open ends.

use proto::azora::auth::v1::{ResetPasswordRequest, ResetPasswordResponse, User};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use uuid::Uuid;

use crate::Auth;
use crate::entity::session;
use crate::error::AuthError;
use crate::one_time::{self, Purpose};
use crate::policy;

pub struct ResetPassword {
    digest: Vec<u8>,
    new: String,
}

impl TryFrom<ResetPasswordRequest> for ResetPassword {
    type Error = Error;

    fn try_from(request: ResetPasswordRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            digest: one_time::read(&mut fields, "token", &request.token),
            new: policy::written(&mut fields, "new_password", &request.new_password, 8),
        };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: ResetPassword) -> Result<ResetPasswordResponse> {
    // The hash belongs to its row and takes its time: it is made for the owner before the token is spent.
    let owner = one_time::owner(auth, &input.digest, Purpose::PasswordReset, call.now()).await?;
    let hash = match &owner {
        Some(owner) => Some(auth.passwords.hash(owner.id, &input.new).await?),
        None => None,
    };
    auth.work
        .mutate(call, async |work| {
            let hash = hash.ok_or(AuthError::TokenSpent)?;
            let account = one_time::spend(work, call, &input.digest, Purpose::PasswordReset).await?;
            policy::check(auth, "new_password", &input.new, &account.name, &account.email)?;
            let epoch = account.epoch + 1;
            let proved = account.email_verified_at.unwrap_or(call.now());
            let mut changed = account.into_active_model();
            changed.password_hash = Set(Some(hash));
            changed.epoch = Set(epoch);
            changed.login_attempts = Set(0);
            changed.lockouts = Set(0);
            changed.locked_until = Set(None);
            // Who reads the mail of the address has proved it.
            changed.is_email_verified = Set(true);
            changed.email_verified_at = Set(Some(proved));
            changed.updated_at = Set(call.now());
            let account = changed.update(&work.tx).await?;
            session::end_others(&work.tx, account.id, Uuid::nil(), "password_reset", call.now()).await?;
            let user = User::from(account);
            work.audit(&user.id, &user)?;
            Ok(ResetPasswordResponse {})
        })
        .await
}

//! Sets a new password by the token that was sent. It opens no session; every one that is open ends.

use proto::azora::auth::v1::{ResetPasswordRequest, ResetPasswordResponse, User};
use sea_orm::ActiveValue::Set;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::user;
use crate::error::AuthError;
use crate::mail::{Message, Recipient};
use crate::one_time::{self, Purpose};
use crate::policy;
use crate::standing;
use crate::throttle;

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
    if let Some(answer) = auth.work.earlier(call).await? {
        return Ok(answer);
    }
    // The hash belongs to its row and takes its time: it is made for the owner before the token is spent.
    let owner = one_time::owner(auth, &input.digest, Purpose::PasswordReset, call.now()).await?;
    let hash = match &owner {
        Some(owner) => Some(auth.passwords.hash(owner.id, &input.new).await?),
        None => None,
    };
    let mut notice = None;
    let answer = auth
        .work
        .mutate(call, async |work| {
            let hash = hash.ok_or(AuthError::TokenSpent)?;
            let account = one_time::spend(work, call, &input.digest, Purpose::PasswordReset).await?;
            policy::check(auth, "new_password", &input.new, &account.name, &account.email)?;
            throttle::unlock(auth, work, &account).await?;
            let proved = account.email_verified_at.unwrap_or(call.now());
            let renew = |row: &mut user::ActiveModel| {
                row.password_hash = Set(Some(hash));
                row.login_attempts = Set(0);
                row.lockouts = Set(0);
                row.locked_until = Set(None);
                // Who reads the mail of the address has proved it.
                row.is_email_verified = Set(true);
                row.email_verified_at = Set(Some(proved));
            };
            let account = standing::raise(work, call, account, "password_reset", None, renew).await?;
            notice = Some((Recipient::from(&account), Message::PasswordChanged));
            let user = User::from(account);
            work.audit(&user.id, &user)?;
            Ok(ResetPasswordResponse {})
        })
        .await?;
    auth.mail.send_all(notice.into_iter().collect()).await;
    Ok(answer)
}

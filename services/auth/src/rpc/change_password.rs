//! Replaces the password of somebody who knows it. Every other session ends; the one that calls goes on.

use proto::azora::auth::v1::{ChangePasswordRequest, ChangePasswordResponse, User};
use sea_orm::ActiveValue::Set;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::user;
use crate::mail::{Message, Recipient};
use crate::policy;
use crate::proof::Proof;
use crate::standing;

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
    if let Some(answer) = auth.work.earlier(call).await? {
        return Ok(answer);
    }
    // The hashes take their time before the transaction; what they were made for is looked at again under the lock.
    let proof = Proof::of(auth, call, &input.current).await?;
    let hash = auth.passwords.hash(call.user(), &input.new).await?;
    let mut notice = None;
    let answer = auth
        .work
        .mutate(call, async |work| {
            let account = proof.judged(auth, call, work).await?;
            policy::check(auth, "new_password", &input.new, &account.name, &account.email)?;
            let renew = |row: &mut user::ActiveModel| row.password_hash = Set(Some(hash));
            let account = standing::raise(work, call, account, "password_change", call.session_id(), renew).await?;
            notice = Some((Recipient::from(&account), Message::PasswordChanged));
            let user = User::from(account);
            work.audit(&user.id, &user)?;
            Ok(ChangePasswordResponse {})
        })
        .await?;
    auth.mail.send_all(notice.into_iter().collect()).await;
    Ok(answer)
}

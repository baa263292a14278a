//! Proves an address by the token that was sent to it.

use proto::azora::auth::v1::{User, VerifyEmailRequest, VerifyEmailResponse};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use sha2::{Digest, Sha256};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::{token, user};
use crate::error::AuthError;

pub struct VerifyEmail {
    digest: Vec<u8>,
}

impl TryFrom<VerifyEmailRequest> for VerifyEmail {
    type Error = Error;

    fn try_from(request: VerifyEmailRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let token = fields.text("token", &request.token, 64..=64);
        fields.finish(Self { digest: Sha256::digest(token).to_vec() })
    }
}

pub async fn run(auth: &Auth, call: &Call, input: VerifyEmail) -> Result<VerifyEmailResponse> {
    auth.work
        .mutate(call, async |work| {
            let sent = token::usable(&input.digest, "email_verification", call.now());
            let sent = work.lock_one(sent).await?.ok_or(AuthError::TokenSpent)?;
            let owner = work.lock_one(user::by_id(sent.user_id)).await?.ok_or(AuthError::TokenSpent)?;
            if owner.epoch != sent.epoch || owner.email != sent.email {
                return Err(AuthError::TokenSpent.into());
            }
            let mut spent = sent.into_active_model();
            spent.consumed_at = Set(Some(call.now()));
            spent.update(&work.tx).await?;
            let mut proved = owner.into_active_model();
            proved.is_email_verified = Set(true);
            proved.email_verified_at = Set(Some(call.now()));
            proved.updated_at = Set(call.now());
            let user = User::from(proved.update(&work.tx).await?);
            work.audit(&user.id, &user)?;
            Ok(VerifyEmailResponse { user: Some(user) })
        })
        .await
}

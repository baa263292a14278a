//! Proves an address by the token that was sent to it.

use proto::azora::auth::v1::{User, VerifyEmailRequest, VerifyEmailResponse};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::one_time::{self, Purpose};

pub struct VerifyEmail {
    digest: Vec<u8>,
}

impl TryFrom<VerifyEmailRequest> for VerifyEmail {
    type Error = Error;

    fn try_from(request: VerifyEmailRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { digest: one_time::read(&mut fields, "token", &request.token) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: VerifyEmail) -> Result<VerifyEmailResponse> {
    auth.work
        .mutate(call, async |work| {
            let owner = one_time::spend(work, call, &input.digest, Purpose::EmailVerification).await?;
            let id = owner.id;
            let mut proved = owner.into_active_model();
            proved.is_email_verified = Set(true);
            proved.email_verified_at = Set(Some(call.now()));
            proved.updated_at = Set(call.now());
            let user = User::from(proved.update(&work.tx).await?);
            let data = json!({ "user_id": user.id });
            work.publish("azora.auth.user.email_verified.v1", "user", id, data).await?;
            work.audit(&user.id, &user)?;
            Ok(VerifyEmailResponse { user: Some(user) })
        })
        .await
}

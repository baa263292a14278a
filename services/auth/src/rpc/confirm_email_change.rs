//! Makes a new address the account's, by the token that was sent to it. Sessions go on: nothing that opens them has
//! changed.

use proto::azora::auth::v1::{ConfirmEmailChangeRequest, ConfirmEmailChangeResponse, User};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;
use shared::call::Call;
use shared::error::{Error, Result, unique};
use shared::fields::Fields;

use crate::Auth;
use crate::error::AuthError;
use crate::mail::{Message, Recipient};
use crate::one_time;

pub struct ConfirmEmailChange {
    digest: Vec<u8>,
}

impl TryFrom<ConfirmEmailChangeRequest> for ConfirmEmailChange {
    type Error = Error;

    fn try_from(request: ConfirmEmailChangeRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { digest: one_time::read(&mut fields, "token", &request.token) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: ConfirmEmailChange) -> Result<ConfirmEmailChangeResponse> {
    let mut notices = Vec::new();
    let answer = auth
        .work
        .mutate(call, async |work| {
            let (account, address) = one_time::spend_change(work, call, &input.digest).await?;
            // What went to the old address proves nothing any more.
            one_time::kill(&work.tx, account.id, None, call.now()).await?;
            notices.push((Recipient::from(&account), Message::EmailChanged));
            let mut changed = account.into_active_model();
            changed.email = Set(address);
            changed.is_email_verified = Set(true);
            changed.email_verified_at = Set(Some(call.now()));
            changed.updated_at = Set(call.now());
            let account = changed.update(&work.tx).await.map_err(unique("users", ["email"], AuthError::TokenSpent))?;
            notices.push((Recipient::from(&account), Message::EmailChanged));
            let data = json!({ "user_id": account.id.to_string() });
            work.publish("azora.auth.user.updated.v1", "user", account.id, data).await?;
            let user = User::from(account);
            work.audit(&user.id, &user)?;
            Ok(ConfirmEmailChangeResponse { user: Some(user) })
        })
        .await?;
    auth.mail.send_all(notices).await;
    Ok(answer)
}

//! Closes an account for good and erases what it says of the person.

use proto::azora::auth::v1::{DeleteUserRequest, DeleteUserResponse, User};
use serde_json::json;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;

use crate::Auth;
use crate::entity::user;
use crate::erasure;
use crate::factor::{self, Given};
use crate::mail::{Message, Recipient};
use crate::policy;
use crate::proof::Proof;
use crate::standing;

pub struct DeleteUser {
    user: Option<UserId>,
    password: String,
    given: Given,
}

impl TryFrom<DeleteUserRequest> for DeleteUser {
    type Error = Error;

    fn try_from(request: DeleteUserRequest) -> Result<Self> {
        let mut fields = Fields::new();
        // Whoever names no account means their own.
        let least = usize::from(request.user_id.is_empty());
        let input = Self {
            user: fields.optional_id("user_id", &request.user_id),
            password: policy::written(&mut fields, "password", &request.password, least),
            given: factor::read_given(&mut fields, &request.code, &request.challenge_id, false),
        };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, mut input: DeleteUser) -> Result<DeleteUserResponse> {
    if let Some(answer) = auth.work.earlier(call).await? {
        return Ok(answer);
    }
    let is_own = input.user.is_none_or(|user| user == call.user());
    if is_own {
        input.given.hash(auth, call).await?;
    }
    let proof = if is_own { Some(Proof::of(auth, call, &input.password).await?) } else { None };
    let mut notice = None;
    let answer = auth
        .work
        .mutate(call, async |work| {
            let owner = call.subject("user_id", input.user)?;
            standing::keep_an_admin(work, owner).await?;
            let account = match &proof {
                Some(proof) => {
                    let account = proof.judged(auth, call, work).await?;
                    factor::demand(auth, call, work, &account, &input.given).await?;
                    account
                }
                None => standing::person(work, owner).await?,
            };
            notice = Some((Recipient::from(&account), Message::AccountClosed));
            let close = |row: &mut user::ActiveModel| erasure::close(row, owner, call.now());
            let closed = standing::raise(work, call, account, "account_deleted", None, close).await?;
            erasure::erase(work, owner).await?;
            let data = json!({ "user_id": owner.to_string() });
            work.publish("azora.auth.user.deleted.v1", "user", owner, data).await?;
            work.audit(&owner, &User::from(closed))?;
            Ok(DeleteUserResponse { user_id: owner.to_string() })
        })
        .await?;
    auth.mail.send_all(notice.into_iter().collect()).await;
    Ok(answer)
}

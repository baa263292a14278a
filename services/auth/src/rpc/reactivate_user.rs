//! Lets a suspended account in again. Sessions from before stay ended.

use proto::azora::auth::v1::{ReactivateUserRequest, ReactivateUserResponse, UserStatus};
use sea_orm::ActiveValue::Set;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::word::Word;

use crate::Auth;
use crate::entity::user;
use crate::error::AuthError;
use crate::standing;

pub struct ReactivateUser {
    user: UserId,
}

impl TryFrom<ReactivateUserRequest> for ReactivateUser {
    type Error = Error;

    fn try_from(request: ReactivateUserRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { user: fields.id("user_id", &request.user_id) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: ReactivateUser) -> Result<ReactivateUserResponse> {
    auth.work
        .mutate(call, async |work| {
            let account = standing::person(work, input.user).await?;
            if *account.status != UserStatus::Suspended {
                return Err(AuthError::UserNotSuspended.into());
            }
            let reactivate = |row: &mut user::ActiveModel| row.status = Set(Word(UserStatus::Active));
            let user = standing::change(work, call, account, "admin", reactivate).await?;
            Ok(ReactivateUserResponse { user: Some(user) })
        })
        .await
}

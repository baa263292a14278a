//! Shuts an account out until it is reactivated.

use proto::azora::auth::v1::{SuspendUserRequest, SuspendUserResponse, UserStatus};
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

pub struct SuspendUser {
    user: UserId,
}

impl TryFrom<SuspendUserRequest> for SuspendUser {
    type Error = Error;

    fn try_from(request: SuspendUserRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { user: fields.id("user_id", &request.user_id) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: SuspendUser) -> Result<SuspendUserResponse> {
    auth.work
        .mutate(call, async |work| {
            standing::keep_an_admin(work, input.user).await?;
            let account = standing::person(work, input.user).await?;
            if *account.status != UserStatus::Active {
                return Err(AuthError::UserNotActive.into());
            }
            let suspend = |row: &mut user::ActiveModel| row.status = Set(Word(UserStatus::Suspended));
            let user = standing::change(work, call, account, "admin", suspend).await?;
            Ok(SuspendUserResponse { user: Some(user) })
        })
        .await
}

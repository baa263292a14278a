//! Ends the wait after too many wrong passwords.

use proto::azora::auth::v1::{UnlockUserRequest, UnlockUserResponse, User};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;

use crate::Auth;
use crate::entity::mfa_settings;
use crate::standing;
use crate::throttle;

pub struct UnlockUser {
    user: UserId,
}

impl TryFrom<UnlockUserRequest> for UnlockUser {
    type Error = Error;

    fn try_from(request: UnlockUserRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { user: fields.id("user_id", &request.user_id) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: UnlockUser) -> Result<UnlockUserResponse> {
    auth.work
        .mutate(call, async |work| {
            let account = standing::person(work, input.user).await?;
            throttle::unlock(auth, work, &account).await?;
            mfa_settings::forget_guesses(&work.tx, account.id, call.now()).await?;
            let mut unlocked = account.into_active_model();
            unlocked.login_attempts = Set(0);
            unlocked.lockouts = Set(0);
            unlocked.locked_until = Set(None);
            unlocked.updated_at = Set(call.now());
            let user = User::from(unlocked.update(&work.tx).await?);
            work.audit(&user.id, &user)?;
            Ok(UnlockUserResponse { user: Some(user) })
        })
        .await
}

//! Returns a profile, to its owner, administrators and services.

use proto::azora::auth::v1::{GetProfileRequest, GetProfileResponse};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::id::UserId;

use crate::Auth;
use crate::entity::user_profile;

pub struct GetProfile {
    user: Option<UserId>,
}

impl TryFrom<GetProfileRequest> for GetProfile {
    type Error = Error;

    fn try_from(request: GetProfileRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { user: fields.optional_id("user_id", &request.user_id) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: GetProfile) -> Result<GetProfileResponse> {
    let owner = call.subject("user_id", input.user)?;
    let row = user_profile::owned_by(owner).one(auth.work.read()).await?.ok_or_else(|| not_found("profile"))?;
    Ok(GetProfileResponse { profile: Some(row.into()) })
}

//! Returns what is known of one person, to that person.

use proto::azora::nexus::v1::{GetUserProfileRequest, GetUserProfileResponse};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::id::UserId;

use crate::Nexus;
use crate::entity::user_profile;

pub struct GetUserProfile {
    user: Option<UserId>,
}

impl TryFrom<GetUserProfileRequest> for GetUserProfile {
    type Error = Error;

    fn try_from(request: GetUserProfileRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { user: fields.optional_id("user_id", &request.user_id) };
        fields.finish(input)
    }
}

pub async fn run(nexus: &Nexus, call: &Call, input: GetUserProfile) -> Result<GetUserProfileResponse> {
    let row = user_profile::owned_by(call.subject("user_id", input.user)?)
        .one(nexus.work.read())
        .await?
        .ok_or_else(|| not_found("user_profile"))?;
    Ok(GetUserProfileResponse { profile: Some(row.into()) })
}

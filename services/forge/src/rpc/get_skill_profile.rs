//! Returns what somebody can do and has done; anybody who is signed in may read it.

use proto::azora::forge::v1::{GetSkillProfileRequest, GetSkillProfileResponse};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::id::UserId;

use crate::Forge;
use crate::entity::skill_profile;

pub struct GetSkillProfile {
    user: Option<UserId>,
}

impl TryFrom<GetSkillProfileRequest> for GetSkillProfile {
    type Error = Error;

    fn try_from(request: GetSkillProfileRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { user: fields.optional_id("user_id", &request.user_id) };
        fields.finish(input)
    }
}

pub async fn run(forge: &Forge, call: &Call, input: GetSkillProfile) -> Result<GetSkillProfileResponse> {
    let owner = input.user.unwrap_or(call.user());
    let row = skill_profile::owned_by(owner).one(forge.work.read()).await?.ok_or_else(|| not_found("skill_profile"))?;
    Ok(GetSkillProfileResponse { profile: Some(row.into()) })
}

//! Changes what a person says of themselves.

use proto::azora::auth::v1::{Profile, UpdateProfileRequest, UpdateProfileResponse};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::{Fields, Mask};

use crate::Auth;
use crate::entity::user_profile;

const CHANGEABLE: [&str; 5] = ["bio", "avatar_url", "location", "timezone", "language"];

pub struct UpdateProfile {
    bio: Option<String>,
    avatar_url: Option<String>,
    location: Option<String>,
    timezone: Option<String>,
    language: Option<String>,
    mask: Mask,
}

impl TryFrom<UpdateProfileRequest> for UpdateProfile {
    type Error = Error;

    fn try_from(request: UpdateProfileRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            bio: fields.optional_text("bio", &request.bio, 1..=1000),
            avatar_url: fields.url("avatar_url", &request.avatar_url),
            location: fields.optional_text("location", &request.location, 1..=200),
            timezone: fields.optional_text("timezone", &request.timezone, 1..=200),
            language: fields.optional_text("language", &request.language, 2..=35),
            mask: fields.mask("update_mask", request.update_mask.as_ref(), &CHANGEABLE),
        };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: UpdateProfile) -> Result<UpdateProfileResponse> {
    auth.work
        .mutate(call, async |work| {
            let profile = user_profile::owned_by(call.user());
            let mut row = work.lock_one(profile).await?.ok_or_else(|| not_found("profile"))?.into_active_model();
            let covers = |field: &str, value: &Option<String>| input.mask.covers(field, value.is_some());
            if covers("bio", &input.bio) {
                row.bio = Set(input.bio.clone());
            }
            if covers("avatar_url", &input.avatar_url) {
                row.avatar_url = Set(input.avatar_url.clone());
            }
            if covers("location", &input.location) {
                row.location = Set(input.location.clone());
            }
            if covers("timezone", &input.timezone) {
                row.timezone = Set(input.timezone.clone());
            }
            if covers("language", &input.language) {
                row.language = Set(input.language.clone().unwrap_or_else(|| "en".to_owned()));
            }
            row.updated_at = Set(call.now());
            let profile = Profile::from(row.update(&work.tx).await?);
            work.audit(&profile.user_id, &profile)?;
            Ok(UpdateProfileResponse { profile: Some(profile) })
        })
        .await
}

//! Says which second factors of the caller are on.

use proto::azora::auth::v1::{GetMfaSettingsRequest, GetMfaSettingsResponse, MfaSettings};
use shared::call::Call;
use shared::error::Result;

use crate::Auth;
use crate::entity::mfa_settings;
use crate::factor::settings;

pub async fn run(auth: &Auth, call: &Call, _input: GetMfaSettingsRequest) -> Result<GetMfaSettingsResponse> {
    let settings = match mfa_settings::of(call.user()).one(auth.work.read()).await? {
        Some(row) => settings::shown(auth.work.keys(), &row)?,
        None => MfaSettings::default(),
    };
    Ok(GetMfaSettingsResponse { settings: Some(settings) })
}

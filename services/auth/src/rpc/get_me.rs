//! Says who is calling.

use proto::azora::auth::v1::{GetMeRequest, GetMeResponse};
use shared::call::Call;
use shared::error::{Result, not_found};

use crate::Auth;
use crate::entity::user;

pub async fn run(auth: &Auth, call: &Call, _input: GetMeRequest) -> Result<GetMeResponse> {
    let row = user::by_id(call.user()).one(auth.work.read()).await?.ok_or_else(|| not_found("user"))?;
    Ok(GetMeResponse { user: Some(row.into()) })
}

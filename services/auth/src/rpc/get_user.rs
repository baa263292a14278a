//! Returns one account, to administrators and services.

use proto::azora::auth::v1::{GetUserRequest, GetUserResponse};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::id::UserId;

use crate::Auth;
use crate::entity::user;

pub struct GetUser {
    user: UserId,
}

impl TryFrom<GetUserRequest> for GetUser {
    type Error = Error;

    fn try_from(request: GetUserRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { user: fields.id("user_id", &request.user_id) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, _call: &Call, input: GetUser) -> Result<GetUserResponse> {
    let row = user::by_id(input.user).one(auth.work.read()).await?.ok_or_else(|| not_found("user"))?;
    Ok(GetUserResponse { user: Some(row.into()) })
}

//! The public keys that access tokens are checked with, those to come and those that fade out included.

use proto::azora::auth::v1::{GetJwksRequest, GetJwksResponse};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use shared::call::Call;
use shared::error::Result;

use crate::Auth;
use crate::entity::signing_key;

pub async fn run(auth: &Auth, _call: &Call, _input: GetJwksRequest) -> Result<GetJwksResponse> {
    let rows = signing_key::Entity::find()
        .filter(signing_key::Column::State.is_in(["next", "active", "retired"]))
        .order_by_asc(signing_key::Column::CreatedAt)
        .all(auth.work.read())
        .await?;
    Ok(GetJwksResponse { keys: rows.into_iter().map(Into::into).collect() })
}

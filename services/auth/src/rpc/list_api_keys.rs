//! Lists the caller's keys, the newest first, also those that work no more.

use proto::azora::auth::v1::{ListApiKeysRequest, ListApiKeysResponse};
use shared::call::Call;
use shared::error::Result;
use shared::page;

use crate::Auth;
use crate::entity::api_key;

pub async fn run(auth: &Auth, call: &Call, _input: ListApiKeysRequest) -> Result<ListApiKeysResponse> {
    let keys = api_key::owned_by(call.user());
    let page = page::newest(auth.work.read(), call, keys, api_key::Column::CreatedAt, api_key::Column::Id).await?;
    Ok(ListApiKeysResponse { api_keys: page.rows.into_iter().map(Into::into).collect(), next_page_token: page.next })
}

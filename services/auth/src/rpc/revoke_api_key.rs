//! Ends one of the caller's keys, and the tokens it was exchanged for.

use proto::azora::auth::v1::{ApiKey, RevokeApiKeyRequest, RevokeApiKeyResponse};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::{api_key, revocation, user};
use crate::error::AuthError;
use crate::id::ApiKeyId;

pub struct RevokeApiKey {
    key: ApiKeyId,
}

impl TryFrom<RevokeApiKeyRequest> for RevokeApiKey {
    type Error = Error;

    fn try_from(request: RevokeApiKeyRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { key: fields.id("api_key_id", &request.api_key_id) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: RevokeApiKey) -> Result<RevokeApiKeyResponse> {
    auth.work
        .mutate(call, async |work| {
            let owner = work.lock_one(user::by_id(call.user())).await?.ok_or(AuthError::SessionEnded)?;
            let named = api_key::working(owner.id, call.now()).filter(api_key::Column::Id.eq(input.key));
            let mut row = work.lock_one(named).await?.ok_or_else(|| not_found("api_key"))?.into_active_model();
            row.revoked_at = Set(Some(call.now()));
            row.updated_at = Set(call.now());
            let api_key = ApiKey::from(row.update(&work.tx).await?);
            revocation::of_sessions(&work.tx, owner.id, [input.key.into()], call.now()).await?;
            work.audit(&api_key.id, &api_key)?;
            Ok(RevokeApiKeyResponse { api_key: Some(api_key) })
        })
        .await
}

//! Makes a key for automation. It is shown once; what is kept of it opens nothing.

use chrono::Duration;
use proto::azora::auth::v1::{ApiKey, CreateApiKeyRequest, CreateApiKeyResponse};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use sea_orm::PaginatorTrait;
use sha2::{Digest, Sha256};
use shared::call::Call;
use shared::clock::{self, Time};
use shared::contract;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::json::Words;
use shared::random;

use crate::Auth;
use crate::entity::{api_key, user};
use crate::error::AuthError;
use crate::id::ApiKeyId;

const SCOPES_MAX: usize = 20;
const LIFE: Duration = Duration::days(90);
const LIFE_MAX: Duration = Duration::days(365);

pub struct CreateApiKey {
    name: String,
    scopes: Vec<String>,
    expires_at: Option<Time>,
}

impl TryFrom<CreateApiKeyRequest> for CreateApiKey {
    type Error = Error;

    fn try_from(request: CreateApiKeyRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            name: fields.text("name", &request.name, 1..=100),
            expires_at: fields.time("expires_at", request.expires_at.as_ref()),
            scopes: request.scopes,
        };
        check_scopes(&mut fields, &input.scopes);
        let now = clock::now();
        if input.expires_at.is_some_and(|end| end <= now || end > now + LIFE_MAX) {
            fields.refuse("expires_at", "must lie within a year from now");
        }
        fields.finish(input)
    }
}

fn check_scopes(fields: &mut Fields, scopes: &[String]) {
    if !(1..=SCOPES_MAX).contains(&scopes.len()) {
        fields.refuse("scopes", format!("must have 1 to {SCOPES_MAX} entries, has {}", scopes.len()));
        return;
    }
    for (index, scope) in scopes.iter().enumerate() {
        if !is_open(scope) {
            fields.refuse(format!("scopes[{index}]"), "must be <service>:read or <service>:write, and not auth:write");
        } else if scopes[..index].contains(scope) {
            fields.refuse(format!("scopes[{index}]"), "is named before");
        }
    }
}

/// Whether there is an RPC that asks for the scope. No key changes anything in auth.
fn is_open(scope: &str) -> bool {
    let package = scope.split(':').next().unwrap_or_default();
    scope != "auth:write" && contract::methods_of(package).iter().any(|method| method.scope() == scope)
}

pub async fn run(auth: &Auth, call: &Call, input: CreateApiKey) -> Result<CreateApiKeyResponse> {
    auth.work
        .mutate(call, async |work| {
            let owner = work.lock_one(user::by_id(call.user())).await?.ok_or(AuthError::SessionEnded)?;
            let most = auth.config.api_keys_per_user;
            if api_key::working(owner.id, call.now()).count(&work.tx).await? >= most {
                return Err(AuthError::ApiKeysTooMany(most).into());
            }
            let prefix = format!("azk_{}", random::hex::<4>());
            let key = format!("{prefix}_{}", random::hex::<32>());
            let made = api_key::ActiveModel {
                id: Set(ApiKeyId::new()),
                user_id: Set(owner.id),
                name: Set(input.name),
                prefix: Set(prefix),
                key_hash: Set(Sha256::digest(&key).to_vec()),
                scopes: Set(Words(input.scopes)),
                expires_at: Set(Some(input.expires_at.unwrap_or(call.now() + LIFE))),
                last_used_at: Set(None),
                revoked_at: Set(None),
                created_at: Set(call.now()),
                updated_at: Set(call.now()),
            };
            let api_key = ApiKey::from(made.insert(&work.tx).await?);
            work.audit(&api_key.id, &api_key)?;
            Ok(CreateApiKeyResponse { key, api_key: Some(api_key) })
        })
        .await
}

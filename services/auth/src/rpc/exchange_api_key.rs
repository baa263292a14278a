//! Exchanges a key for a token of a few minutes: a person's, or the bootstrap key of a service.

use chrono::Duration;
use proto::azora::auth::v1::{
    ApiKey, ExchangeApiKeyRequest, ExchangeApiKeyResponse, SecurityEventType, Severity, User, UserStatus,
};
use proto::azora::common::v1::Role;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use sha2::{Digest, Sha256};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::{self, UserId, named};
use shared::word::Word;
use shared::work::Work;

use crate::Auth;
use crate::entity::{api_key, security_event, user};
use crate::error::AuthError;
use crate::tokens::Bearer;

/// A key that is used all the time is noted so often.
const NOTED_EVERY: Duration = Duration::minutes(1);
/// One that has ended is reported so often.
const REPORTED_EVERY: Duration = Duration::hours(1);

pub struct ExchangeApiKey {
    key: String,
}

impl TryFrom<ExchangeApiKeyRequest> for ExchangeApiKey {
    type Error = Error;

    fn try_from(request: ExchangeApiKeyRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { key: fields.text("key", &request.key, 1..=200) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: ExchangeApiKey) -> Result<ExchangeApiKeyResponse> {
    auth.work
        .mutate(call, async |work| match auth.service_keys.owner(&input.key) {
            Some(name) => for_service(auth, call, work, name).await,
            None => for_person(auth, call, work, &input.key).await,
        })
        .await
}

async fn for_service(auth: &Auth, call: &Call, work: &Work<'_>, name: &str) -> Result<ExchangeApiKeyResponse> {
    let id = UserId(named(&format!("service/{name}")));
    let found = user::by_id(id).one(&work.tx).await?;
    let row = match found {
        Some(row) => row,
        None => {
            // A service that asks twice at its first start has one account.
            let email = format!("{name}{}", user::SERVICE_ADDRESS);
            let opened = user::open(id, email, name.to_owned(), Role::Service, call.now());
            let there = OnConflict::new().do_nothing().to_owned();
            user::Entity::insert(opened).on_conflict(there).exec_without_returning(&work.tx).await?;
            user::by_id(id).one(&work.tx).await?.ok_or(AuthError::BadCredentials)?
        }
    };
    if *row.status != UserStatus::Active {
        return Err(AuthError::BadCredentials.into());
    }
    let bearer = Bearer {
        user: &row,
        session: id::time_ordered(),
        authenticated_at: call.now(),
        aal: 1,
        amr: vec!["api_key".to_owned()],
        service: Some(name.to_owned()),
        scopes: None,
        operation: None,
    };
    let answer = signed(auth, call, &bearer)?;
    work.audit(&row.id, &User::from(row.clone()))?;
    Ok(answer)
}

async fn for_person(auth: &Auth, call: &Call, work: &Work<'_>, shown: &str) -> Result<ExchangeApiKeyResponse> {
    let digest = Sha256::digest(shown).to_vec();
    let mut key = api_key::by_hash(&digest).one(&work.tx).await?.ok_or(AuthError::BadCredentials)?;
    if key.revoked_at.is_some() || key.expires_at.is_none_or(|end| end <= call.now()) {
        report(call, work, &key).await?;
        return Err(Error::from(AuthError::BadCredentials).keeping_effect());
    }
    let owner = user::by_id(key.user_id).one(&work.tx).await?.ok_or(AuthError::BadCredentials)?;
    if *owner.status != UserStatus::Active {
        return Err(AuthError::BadCredentials.into());
    }
    if key.last_used_at.is_none_or(|last| call.now() - last >= NOTED_EVERY) {
        key.last_used_at = Some(call.now());
        api_key::Entity::update_many()
            .col_expr(api_key::Column::LastUsedAt, Expr::value(call.now()))
            .col_expr(api_key::Column::UpdatedAt, Expr::value(call.now()))
            .filter(api_key::Column::Id.eq(key.id))
            .exec(&work.tx)
            .await?;
    }
    let bearer = Bearer {
        user: &owner,
        session: key.id.into(),
        // The owner showed who they are when they made the key, and not since.
        authenticated_at: key.created_at,
        aal: 1,
        amr: vec!["api_key".to_owned()],
        service: None,
        scopes: Some(key.scopes.0.clone()),
        operation: None,
    };
    let answer = signed(auth, call, &bearer)?;
    work.audit(&key.id, &ApiKey::from(key.clone()))?;
    Ok(answer)
}

fn signed(auth: &Auth, call: &Call, bearer: &Bearer<'_>) -> Result<ExchangeApiKeyResponse> {
    let issued = auth.tokens.issue(bearer, call.now())?;
    Ok(ExchangeApiKeyResponse { access_token: issued.access_token, expires_at: issued.expires_at })
}

/// Somebody still has a key that has ended: administrators hear of it. The owner is locked, so that uses in parallel
/// are reported once.
async fn report(call: &Call, work: &Work<'_>, key: &api_key::Model) -> Result<()> {
    work.lock_one(user::by_id(key.user_id)).await?;
    let kind = SecurityEventType::ApiKeyMisuse;
    let recent = security_event::Entity::find()
        .filter(security_event::Column::Type.eq(Word(kind)))
        .filter(security_event::Column::CreatedAt.gt(call.now() - REPORTED_EVERY))
        .filter(security_event::Column::UserId.eq(key.user_id));
    let id = key.id.to_string();
    if recent.all(&work.tx).await?.iter().any(|event| event.metadata["api_key_id"] == id) {
        return Ok(());
    }
    let metadata = json!({ "api_key_id": id });
    Ok(security_event::note(&work.tx, call, Some(key.user_id), (kind, Severity::Medium), metadata).await?)
}

//! Exchanges the bootstrap key of a service for a token of a few minutes.

use proto::azora::auth::v1::{ExchangeApiKeyRequest, ExchangeApiKeyResponse, User, UserStatus};
use proto::azora::common::v1::Role;
use sea_orm::ActiveModelTrait;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::{self, UserId, named};

use crate::Auth;
use crate::entity::user;
use crate::error::AuthError;
use crate::tokens::Bearer;

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
        .mutate(call, async |work| {
            let name = auth.service_keys.owner(&input.key).ok_or(AuthError::BadCredentials)?;
            let id = UserId(named(&format!("service/{name}")));
            let row = match user::by_id(id).one(&work.tx).await? {
                Some(row) => row,
                None => {
                    let email = format!("{name}{}", user::SERVICE_ADDRESS);
                    user::open(id, email, name.to_owned(), Role::Service, call.now()).insert(&work.tx).await?
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
            };
            let issued = auth.tokens.issue(&bearer, call.now())?;
            work.audit(&row.id, &User::from(row.clone()))?;
            Ok(ExchangeApiKeyResponse { access_token: issued.access_token, expires_at: issued.expires_at })
        })
        .await
}

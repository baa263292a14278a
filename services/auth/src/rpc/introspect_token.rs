//! Says whether an access token is good at this moment, as the database knows it.

use proto::azora::auth::v1::{IntrospectTokenRequest, IntrospectTokenResponse, UserStatus};
use proto::azora::common::v1::Role;
use shared::call::Call;
use shared::clock;
use shared::error::{Error, Result};
use shared::identity::Identity;

use crate::Auth;
use crate::entity::{api_key, session, user};

pub async fn run(auth: &Auth, call: &Call, input: IntrospectTokenRequest) -> Result<IntrospectTokenResponse> {
    let identity = match auth.identity.check(&input.token).await {
        Ok(identity) => identity,
        Err(Error::Refused(_)) => return Ok(IntrospectTokenResponse::default()),
        Err(error) => return Err(error),
    };
    if !is_alive(auth, call, &identity).await? {
        return Ok(IntrospectTokenResponse::default());
    }
    let expires = clock::Time::from_timestamp(identity.expires, 0).map(clock::to_proto);
    Ok(IntrospectTokenResponse {
        active: true,
        user_id: identity.user.to_string(),
        session_id: identity.session.to_string(),
        expires_at: expires,
    })
}

async fn is_alive(auth: &Auth, call: &Call, identity: &Identity) -> Result<bool> {
    let Some(owner) = user::by_id(identity.user).one(auth.work.read()).await? else { return Ok(false) };
    if *owner.status != UserStatus::Active || owner.epoch != identity.epoch {
        return Ok(false);
    }
    if identity.role == Role::Service {
        return Ok(true);
    }
    let now = call.now();
    if identity.scopes.is_some() {
        let key = api_key::working(identity.user, now).all(auth.work.read()).await?;
        return Ok(key.iter().any(|key| uuid::Uuid::from(key.id) == identity.session));
    }
    let session = session::open_one(identity.user, identity.session).one(auth.work.read()).await?;
    Ok(session.is_some_and(|session| session.absolute_expires_at > now))
}

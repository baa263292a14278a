//! Reads the access token. Who calls is never taken from anything else.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use proto::azora::common::v1::Role;
use tonic::Code;

use super::scope;
use crate::contract::Method;
use crate::error::{Error, Refusal, Result};
use crate::identity::{Identity, Verifier};

/// Who calls; `None` without a token, which only public RPCs allow.
pub async fn identify(verifier: &Verifier, method: &Method, headers: &HeaderMap) -> Result<Option<Identity>> {
    if !headers.contains_key(AUTHORIZATION) {
        return if method.is_public() { Ok(None) } else { Err(unauthenticated("an access token is required")) };
    }
    let token = bearer(headers).ok_or_else(|| unauthenticated("authorization must be \"Bearer <access token>\""))?;
    let identity = match verifier.check(token).await {
        // Whoever may call without a token may also show a dead one: clients send theirs with every call, RefreshToken too.
        Err(Error::Refused(refusal)) if method.is_public() && refusal.code == Code::Unauthenticated => return Ok(None),
        checked => checked?,
    };
    let kind = if identity.role == Role::Service { "service" } else { "user" };
    scope::note_caller(kind, identity.user.to_string());
    Ok(Some(identity))
}

/// Makes sure that the session of a token has not ended, by asking auth where too little has been heard.
pub async fn ask_auth(verifier: &Verifier, headers: &HeaderMap) -> Result<()> {
    verifier.check_fresh(bearer(headers).unwrap_or_default()).await
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn unauthenticated(message: &str) -> Error {
    Refusal::new(Code::Unauthenticated, "TOKEN_REQUIRED", message).into()
}

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
    let Some(header) = headers.get(AUTHORIZATION) else {
        return if method.is_public() { Ok(None) } else { Err(unauthenticated("an access token is required")) };
    };
    let text = header.to_str().ok().and_then(|text| text.split_once(' '));
    let token = text.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    let token = token.ok_or_else(|| unauthenticated("authorization must be \"Bearer <access token>\""))?;
    let identity = verifier.check(token).await?;
    let kind = if identity.role == Role::Service { "service" } else { "user" };
    scope::note_caller(kind, identity.user.to_string());
    Ok(Some(identity))
}

fn unauthenticated(message: &str) -> Error {
    Refusal::new(Code::Unauthenticated, "TOKEN_REQUIRED", message).into()
}

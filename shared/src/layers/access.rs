//! Enforces the access rule that the `.proto` gives each RPC. An RPC without a rule is closed.

use proto::azora::common::v1::{Caller, Role};
use tonic::Code;

use crate::contract::Method;
use crate::error::{Refusal, Result};
use crate::identity::Identity;

/// Whether the caller may call this RPC at all. Whose rows it may touch is up to the handler.
pub fn check(method: &Method, identity: Option<&Identity>, admin_requires_aal2: bool) -> Result<()> {
    let Some(access) = &method.access else { return Err(denied("this RPC has no access rule")) };
    let Some(identity) = identity else {
        return if method.is_public() { Ok(()) } else { Err(denied("an access token is required")) };
    };
    let services = &access.services;
    let allowed = access.callers().any(|caller| match (caller, identity.role) {
        (Caller::Service, Role::Service) => {
            let name = identity.service.as_deref().unwrap_or_default();
            services.is_empty() || services.iter().any(|service| service == name)
        }
        (Caller::User, role) => role != Role::Service,
        (Caller::Public, _)
        | (Caller::Student, Role::Student)
        | (Caller::Educator, Role::Educator)
        | (Caller::Employer, Role::Employer)
        | (Caller::Mediator, Role::Mediator)
        | (Caller::Admin, Role::Admin) => true,
        _ => false,
    });
    if allowed {
        within_scopes(method, identity)?;
        let as_admin = identity.role == Role::Admin && access.callers().any(|caller| caller == Caller::Admin);
        if as_admin && admin_requires_aal2 && identity.aal < 2 {
            let message = "administrators need a second factor here: log in with an authenticator app, or enrol one";
            return Err(Refusal::new(Code::PermissionDenied, "STEP_UP_REQUIRED", message).into());
        }
        return Ok(());
    }
    let role: &'static str = identity.role.into();
    let asked: Vec<&'static str> = access.callers().map(Into::into).collect();
    Err(denied(&format!("{} is open to {}, not to {role}", method.name, asked.join(", "))))
}

/// An API key may do what its scopes say, and never change what belongs to auth: passwords, factors, sessions, keys.
fn within_scopes(method: &Method, identity: &Identity) -> Result<()> {
    let Some(scopes) = &identity.scopes else { return Ok(()) };
    let needed = method.scope();
    if method.is_public() || (needed != "auth:write" && scopes.contains(&needed)) {
        return Ok(());
    }
    let message = format!("{} needs the scope {needed}, which the API key does not have", method.name);
    Err(Refusal::new(Code::PermissionDenied, "SCOPE_REQUIRED", message).into())
}

fn denied(message: &str) -> crate::error::Error {
    Refusal::new(Code::PermissionDenied, "ROLE_REQUIRED", message).into()
}

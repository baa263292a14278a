//! Enforces the access rule that the `.proto` gives each RPC. An RPC without a rule is closed.

use proto::azora::common::v1::{Caller, Role};
use tonic::Code;

use crate::contract::Method;
use crate::error::{Refusal, Result};
use crate::identity::Identity;

/// Whether the caller may call this RPC at all. Whose rows it may touch is up to the handler.
pub fn check(method: &Method, identity: Option<&Identity>) -> Result<()> {
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
        return Ok(());
    }
    let role: &'static str = identity.role.into();
    let asked: Vec<&'static str> = access.callers().map(Into::into).collect();
    Err(denied(&format!("{} is open to {}, not to {role}", method.name, asked.join(", "))))
}

fn denied(message: &str) -> crate::error::Error {
    Refusal::new(Code::PermissionDenied, "ROLE_REQUIRED", message).into()
}

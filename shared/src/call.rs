//! One call: who makes it, under which request id, when, and what it asks of which RPC. Made at the door of every
//! handler, handed down as `&Call`.

use std::collections::BTreeMap;
use std::sync::Arc;

use prost::{Message, Name};
use proto::azora::common::v1::Role;
use sha2::{Digest, Sha256};
use tonic::{Code, Request};
use uuid::Uuid;

use crate::clock::{self, Time};
use crate::contract::Method;
use crate::error::{Error, Refusal, Result};
use crate::id::UserId;
use crate::identity::Identity;
use crate::keys::Keys;
use crate::layers::scope;
use crate::origin::Origin;
use crate::page::PageRequest;
use crate::random;
use crate::wire;

/// What the layers know of a call when they hand it to the handler.
#[derive(Clone)]
pub struct Arrival {
    /// The RPC.
    pub method: Arc<Method>,
    /// Who calls; `None` on a public RPC without a token.
    pub identity: Option<Identity>,
    /// The service's keys, for fingerprints and page tokens.
    pub keys: Keys,
    /// Where it comes from.
    pub origin: Origin,
}

/// One call of one RPC.
#[derive(Clone)]
pub struct Call {
    method: Arc<Method>,
    identity: Option<Identity>,
    origin: Origin,
    now: Time,
    claim: Option<Claim>,
    page: PageRequest,
}

/// What makes a call repeatable: its request id and a keyed fingerprint of everything else it says.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Who asked: a user id, or `public`.
    pub caller: String,
    /// The request id.
    pub request_id: Uuid,
    /// What the request says, under every key of the ring, the active one first.
    pub prints: Vec<Print>,
}

/// A keyed digest of what a request says.
#[derive(Clone, Debug)]
pub struct Print {
    /// The id of the key.
    pub key_id: String,
    /// Of the RPC and all fields but the request id.
    pub fingerprint: [u8; 32],
    /// Of each field by number, so that a changed one can be named without being kept.
    pub field_digests: BTreeMap<u32, String>,
}

impl Claim {
    /// What was kept under a key can be compared under the same one only; `None` if it is no longer in the ring.
    #[must_use]
    pub fn under(&self, key_id: &str) -> Option<&Print> {
        self.prints.iter().find(|print| print.key_id == key_id)
    }
}

impl Call {
    /// Reads a request: its form, its request id, its page. Every violation is named in one answer.
    ///
    /// # Errors
    /// INVALID_ARGUMENT.
    pub fn open<M, I>(request: Request<M>) -> Result<(Self, I)>
    where
        M: Message + Name,
        I: TryFrom<M>,
        I::Error: Into<Error>,
    {
        let (_, extensions, message) = request.into_parts();
        let arrival = extensions.get::<Arrival>().cloned();
        let Arrival { method, identity, keys, origin } =
            arrival.ok_or_else(|| Error::internal("a call without layers"))?;
        let mut raw = wire::Fields::split(&message.encode_to_vec())
            .map_err(|error| Error::internal(format!("our own encoding does not split: {error}")))?;
        let mut violations = Vec::new();

        let request_id = method.request_id.map(|number| raw.take_text(number));
        let page_size = method.page_size.map_or(0, |number| raw.take_int(number));
        let page_token = method.page_token.map_or_else(String::new, |number| raw.take_text(number));
        let caller = identity.as_ref().map_or_else(|| "public".to_owned(), |identity| identity.user.to_string());

        let claim = match request_id.map(|text| Uuid::try_parse(&text).map_err(|_| text)) {
            None => None,
            Some(Ok(request_id)) => Some(claim(&keys, &method, caller.clone(), request_id, &raw)),
            Some(Err(text)) => {
                let what = if text.is_empty() { "is required" } else { "must be a UUID" };
                violations.push(("request_id".to_owned(), what.to_owned()));
                None
            }
        };
        let query = Sha256::new().chain_update(format!("{caller} {} ", method.path)).chain_update(raw.concat());
        let page = PageRequest::read(page_size, &page_token, query.finalize().into(), &keys);

        let input = I::try_from(message).map_err(Into::into);
        match page {
            Ok(page) if violations.is_empty() => {
                let call = Self { method, identity, origin, now: clock::now(), claim, page };
                if let Some(claim) = &call.claim {
                    scope::note_request_id(claim.request_id.to_string());
                }
                input.map(|input| (call, input))
            }
            page => {
                let from_page = page.err();
                if from_page.as_ref().is_some_and(|bad| bad.reason == "PAGE_TOKEN_INVALID") && input.is_ok() {
                    return Err(from_page.map_or_else(|| Error::internal("a page that is good"), Into::into));
                }
                violations.extend(from_page.into_iter().flat_map(|bad| bad.fields));
                Err(with_fields(violations, input.err()))
            }
        }
    }

    /// The RPC.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The moment of the call: one for everything it writes.
    #[must_use]
    pub fn now(&self) -> Time {
        self.now
    }

    /// What makes it repeatable; `None` for reads and for RPCs that hand out a secret.
    #[must_use]
    pub fn claim(&self) -> Option<&Claim> {
        self.claim.as_ref()
    }

    /// The same call for one step of what it asks, where that takes several commits: each of them has a request id of its
    /// own, the same one whenever the step is repeated.
    #[must_use]
    pub fn step(&self, label: &[u8]) -> Self {
        let claim = self.claim.as_ref();
        let claim = claim.map(|claim| Claim { request_id: Uuid::new_v5(&claim.request_id, label), ..claim.clone() });
        Self { claim, ..self.clone() }
    }

    /// Which part of a list is asked for.
    #[must_use]
    pub fn page(&self) -> &PageRequest {
        &self.page
    }

    /// Who calls. On public RPCs, which anybody may call, ask `user_if_any`; this gives the nil id there.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.user_if_any().unwrap_or_default()
    }

    /// Who calls, if anybody is signed in.
    #[must_use]
    pub fn user_if_any(&self) -> Option<UserId> {
        self.identity.as_ref().map(|identity| identity.user)
    }

    /// Where the call comes from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Who calls, as the token proves it.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// The caller's session.
    #[must_use]
    pub fn session_id(&self) -> Option<Uuid> {
        self.identity.as_ref().map(|identity| identity.session)
    }

    /// The caller's role; unspecified without a token.
    #[must_use]
    pub fn role(&self) -> Role {
        self.identity.as_ref().map_or(Role::Unspecified, |identity| identity.role)
    }

    /// The name of the calling service.
    #[must_use]
    pub fn service_name(&self) -> Option<&str> {
        self.identity.as_ref()?.service.as_deref()
    }

    /// Whether an administrator calls.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.role() == Role::Admin
    }

    /// Whether another service calls.
    #[must_use]
    pub fn is_service(&self) -> bool {
        self.role() == Role::Service
    }

    /// Whether the caller may see everybody's rows: administrators and services.
    #[must_use]
    pub fn sees_everything(&self) -> bool {
        self.is_admin() || self.is_service()
    }

    /// Whose rows the call is about: the caller's, unless an administrator or a service names somebody.
    ///
    /// # Errors
    /// PERMISSION_DENIED `NOT_OWNER`; INVALID_ARGUMENT if a service names nobody.
    pub fn subject(&self, path: &str, named: Option<UserId>) -> Result<UserId> {
        match named {
            Some(user) if user == self.user() || self.sees_everything() => Ok(user),
            Some(_) => {
                let message = format!("{path} names somebody else; only administrators and services may");
                Err(Refusal::new(Code::PermissionDenied, "NOT_OWNER", message).into())
            }
            None if self.is_service() => {
                Err(with_fields(vec![(path.to_owned(), "is required from a service".to_owned())], None))
            }
            None => Ok(self.user()),
        }
    }

    /// Refuses the use of a field that only administrators and services may fill.
    ///
    /// # Errors
    /// PERMISSION_DENIED `ROLE_REQUIRED`.
    pub fn require_privileged(&self, field: &str) -> Result<()> {
        if self.sees_everything() {
            return Ok(());
        }
        let message = format!("{field} is open to administrators and services only");
        Err(Refusal::new(Code::PermissionDenied, "ROLE_REQUIRED", message).into())
    }
}

fn claim(keys: &Keys, method: &Method, caller: String, request_id: Uuid, raw: &wire::Fields) -> Claim {
    let print = |key_id: String| {
        let digest =
            |(number, bytes)| Some((number, random::to_hex(&keys.mac_under(&key_id, "field", &[bytes])?[..8])));
        Some(Print {
            fingerprint: keys.mac_under(&key_id, "request", &[method.path.as_bytes(), &raw.concat()])?,
            field_digests: raw.iter().map(digest).collect::<Option<_>>()?,
            key_id,
        })
    };
    Claim { caller, request_id, prints: keys.ids().into_iter().filter_map(print).collect() }
}

/// One INVALID_ARGUMENT for the violations found here and those that the input's own check found.
fn with_fields(mut violations: Vec<(String, String)>, input: Option<Error>) -> Error {
    match input {
        Some(Error::Refused(refusal)) if refusal.code == Code::InvalidArgument => violations.extend(refusal.fields),
        Some(other) => return other,
        None => {}
    }
    let named: Vec<String> = violations.iter().map(|(path, what)| format!("{path} {what}")).collect();
    let refusal = Refusal::new(Code::InvalidArgument, "FIELD_INVALID", named.join("; "));
    Refusal { fields: violations, ..refusal }.into()
}

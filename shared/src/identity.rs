//! Who is calling: access tokens are JWTs signed by auth with Ed25519, checked here against the keys that auth publishes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use proto::azora::auth::v1::GetJwksRequest;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::common::v1::Role;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tonic::Code;
use tonic::transport::Channel;
use uuid::Uuid;

use crate::clock;
use crate::error::{Refusal, Result};
use crate::id::UserId;

/// Who issues tokens.
pub const ISSUER: &str = "azora";
/// The audience of a person's token, and of a service's.
pub const AUDIENCES: [&str; 2] = ["azora", "azora:internal"];
/// The `typ` header of an access token.
pub const TOKEN_TYPE: &str = "at+jwt";

/// Longest token that is looked at.
const TOKEN_BYTES_MAX: usize = 4096;
/// Clock difference that is forgiven.
const LEEWAY_SECONDS: u64 = 30;
/// An unknown key id makes us ask auth again, but not more often than this.
const REFETCH_AFTER: Duration = Duration::from_secs(10);
/// Tokens already checked; the map is emptied when it is full.
const CHECKED_MAX: usize = 8192;

/// What an access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// `azora`.
    pub iss: String,
    /// `azora` for people, `azora:internal` for services.
    pub aud: Vec<String>,
    /// The user id.
    pub sub: Uuid,
    /// The session.
    pub sid: Uuid,
    /// This token.
    pub jti: Uuid,
    /// Issued at, Unix seconds.
    pub iat: i64,
    /// Not before, Unix seconds.
    pub nbf: i64,
    /// Dead from, Unix seconds.
    pub exp: i64,
    /// When a password or factor was last shown, Unix seconds.
    pub auth_time: i64,
    /// Assurance: `aal1` or `aal2`.
    pub acr: String,
    /// What was shown: `pwd`, `otp` ..
    pub amr: Vec<String>,
    /// A word of `Role`.
    pub role: String,
    /// The user's security epoch.
    pub epoch: i32,
    /// The name of the service, for a service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub svc: Option<String>,
}

/// The caller, as its token proves it.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The user id; services have one too.
    pub user: UserId,
    /// The role.
    pub role: Role,
    /// The session.
    pub session: Uuid,
    /// The name of the service, for a service.
    pub service: Option<String>,
    /// The user's security epoch when the token was made.
    pub epoch: i32,
    expires: i64,
}

/// Checks tokens, and remembers those it has checked.
pub struct Verifier {
    keys: RwLock<HashMap<String, Arc<DecodingKey>>>,
    checked: Mutex<HashMap<[u8; 32], Identity>>,
    auth: Option<Channel>,
    fetched: tokio::sync::Mutex<Option<Instant>>,
}

impl Verifier {
    /// Trusts the keys it is given, and asks `auth` for others.
    #[must_use]
    pub fn new(auth: Option<Channel>) -> Self {
        Self { keys: RwLock::default(), checked: Mutex::default(), auth, fetched: tokio::sync::Mutex::new(None) }
    }

    /// Trusts one more key.
    pub fn trust(&self, kid: &str, public_key: [u8; 32]) {
        self.trust_encoded(kid, &URL_SAFE_NO_PAD.encode(public_key));
    }

    fn trust_encoded(&self, kid: &str, x: &str) {
        if let Ok(key) = DecodingKey::from_ed_components(x) {
            let mut keys = self.keys.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            keys.insert(kid.to_owned(), Arc::new(key));
        }
    }

    /// Whether any key is known.
    #[must_use]
    pub fn knows_keys(&self) -> bool {
        !self.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner).is_empty()
    }

    /// Who the token belongs to.
    ///
    /// # Errors
    /// UNAUTHENTICATED for every token that does not prove who calls; UNAVAILABLE while auth's keys cannot be had.
    pub async fn check(&self, token: &str) -> Result<Identity> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(invalid());
        }
        let digest: [u8; 32] = Sha256::digest(token).into();
        let known = self.checked.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(&digest).cloned();
        if let Some(identity) = known.filter(|identity| identity.expires > clock::now().timestamp()) {
            return Ok(identity);
        }
        let identity = self.verify(token).await?;
        let mut checked = self.checked.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if checked.len() >= CHECKED_MAX {
            checked.clear();
        }
        checked.insert(digest, identity.clone());
        Ok(identity)
    }

    async fn verify(&self, token: &str) -> Result<Identity> {
        let header = decode_header(token).map_err(|_malformed| invalid())?;
        if header.alg != Algorithm::EdDSA || header.typ.as_deref() != Some(TOKEN_TYPE) {
            return Err(invalid());
        }
        let key = self.key(&header.kid.ok_or_else(invalid)?).await?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.leeway = LEEWAY_SECONDS;
        rules.validate_nbf = true;
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&AUDIENCES);
        rules.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        let claims = decode::<Claims>(token, &key, &rules).map_err(|_untrue| invalid())?.claims;
        let role: Role = claims.role.parse().map_err(|_unknown| invalid())?;
        // A service's token is for services, a person's is not.
        let for_services = claims.aud.iter().any(|audience| audience == AUDIENCES[1]);
        if role == Role::Unspecified || for_services != (role == Role::Service) || for_services != claims.svc.is_some()
        {
            return Err(invalid());
        }
        Ok(Identity {
            user: UserId(claims.sub),
            role,
            session: claims.sid,
            service: claims.svc,
            epoch: claims.epoch,
            expires: claims.exp,
        })
    }

    async fn key(&self, kid: &str) -> Result<Arc<DecodingKey>> {
        if let Some(key) = self.known_key(kid) {
            return Ok(key);
        }
        self.fetch_keys().await?;
        self.known_key(kid).ok_or_else(invalid)
    }

    fn known_key(&self, kid: &str) -> Option<Arc<DecodingKey>> {
        self.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(kid).cloned()
    }

    async fn fetch_keys(&self) -> Result<()> {
        let Some(channel) = self.auth.clone() else { return Ok(()) };
        let mut fetched = self.fetched.lock().await;
        if fetched.is_some_and(|at| at.elapsed() < REFETCH_AFTER) {
            return Ok(());
        }
        let answer = AuthServiceClient::new(channel).get_jwks(GetJwksRequest {}).await;
        let keys = answer.map_err(|status| {
            tracing::warn!(code = ?status.code(), "auth did not give its keys");
            Refusal::new(
                Code::Unavailable,
                "KEYS_UNAVAILABLE",
                "the keys that tokens are checked with cannot be had from auth",
            )
        })?;
        for key in keys.into_inner().keys {
            self.trust_encoded(&key.kid, &key.x);
        }
        *fetched = Some(Instant::now());
        Ok(())
    }
}

fn invalid() -> crate::error::Error {
    Refusal::new(Code::Unauthenticated, "TOKEN_INVALID", "the access token is not valid; log in again").into()
}

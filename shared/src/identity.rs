//! Who is calling: access tokens are JWTs signed by auth with Ed25519, checked here against the keys that auth publishes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use proto::azora::auth::v1::GetJwksRequest;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::common::v1::Role;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tonic::Code;
use uuid::Uuid;

use crate::clock;
use crate::error::{Refusal, Result};
use crate::id::UserId;

mod link;
mod revocations;

pub use link::{Link, follow};
pub use revocations::{KEPT, Revocations};

/// Who issues tokens.
pub const ISSUER: &str = "azora";
/// The audience of a person's token, and of a service's.
pub const AUDIENCES: [&str; 2] = ["azora", "azora:internal"];
/// The `typ` header of an access token.
pub const TOKEN_TYPE: &str = "at+jwt";

const ALGORITHM: &str = "EdDSA";
/// Auth gives no token a longer life.
const LIFE_SECONDS_MAX: i64 = 15 * 60;
/// Longest token that is looked at.
const TOKEN_BYTES_MAX: usize = 4096;
/// Clock difference that is forgiven.
const LEEWAY_SECONDS: u64 = 30;
/// An unknown key id makes us ask auth again, but not more often than this.
const REFETCH_AFTER: Duration = Duration::from_secs(10);
/// Its keys are asked for anew so often in any case.
const RENEW_AFTER: Duration = Duration::from_mins(5);
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
    /// What an API key may do, separated by spaces; absent for people, who may do what their role may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Digest of the operation that a second factor has approved, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub op: Option<String>,
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
    /// When a password or factor was last shown, Unix seconds.
    pub authenticated_at: i64,
    /// Assurance: 2 after a second factor that counts, else 1.
    pub aal: i32,
    /// What was shown: `pwd`, `otp` ..
    pub amr: Arc<[String]>,
    /// What an API key may do; `None` for everybody else.
    pub scopes: Option<Arc<[String]>>,
    /// When the token ends, Unix seconds.
    pub expires: i64,
}

/// The header of a token, as auth writes it. Whatever else it holds (`crit`, `jwk`, `jku` ..) is not ours, and refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

impl Header {
    fn of(token: &str) -> Option<Self> {
        let (header, _) = token.split_once('.')?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()
    }
}

/// Checks tokens, remembers those it has checked, and knows which are dead before their time.
pub struct Verifier {
    /// By key id: those that were told, and those that auth publishes.
    told: RwLock<HashMap<String, Arc<DecodingKey>>>,
    published: RwLock<HashMap<String, Arc<DecodingKey>>>,
    checked: Mutex<HashMap<[u8; 32], Identity>>,
    /// What has been revoked, as far as this service has heard.
    pub revocations: Revocations,
    auth: Option<Link>,
    fetched: tokio::sync::Mutex<Option<Instant>>,
}

impl Verifier {
    /// Trusts the keys it is given, and asks `auth` for others.
    #[must_use]
    pub fn new(auth: Option<Link>) -> Self {
        Self {
            told: RwLock::default(),
            published: RwLock::default(),
            checked: Mutex::default(),
            revocations: Revocations::default(),
            auth,
            fetched: tokio::sync::Mutex::new(None),
        }
    }

    /// The way to auth; auth itself has none.
    #[must_use]
    pub fn auth(&self) -> Option<&Link> {
        self.auth.as_ref()
    }

    /// Trusts one more key, for good.
    pub fn trust(&self, kid: &str, public_key: [u8; 32]) {
        let mut told = self.told.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        told.extend(decoding(kid, &URL_SAFE_NO_PAD.encode(public_key)));
    }

    /// Trusts the keys that are published now, and no others that were.
    pub fn trust_published<'a>(&self, keys: impl IntoIterator<Item = (&'a str, String)>) {
        let keys = keys.into_iter().filter_map(|(kid, x)| decoding(kid, &x)).collect();
        *self.published.write().unwrap_or_else(std::sync::PoisonError::into_inner) = keys;
    }

    /// Who the token belongs to.
    ///
    /// # Errors
    /// UNAUTHENTICATED for every token that does not prove who calls; UNAVAILABLE while auth's keys cannot be had.
    pub async fn check(&self, token: &str) -> Result<Identity> {
        let identity = self.proved(token).await?;
        if self.revocations.kill(&identity) {
            return Err(revoked());
        }
        Ok(identity)
    }

    /// Asks auth about a token that is good as far as this service has heard, if it has not heard of anything for a while.
    ///
    /// # Errors
    /// UNAUTHENTICATED if the token is dead; UNAVAILABLE `REVOCATIONS_STALE` if auth does not say.
    pub async fn check_fresh(&self, token: &str) -> Result<()> {
        let Some(link) = self.auth.as_ref().filter(|link| link.has_key() && self.revocations.are_stale()) else {
            return Ok(());
        };
        match link.introspect(token).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(revoked()),
            Err(error) => {
                tracing::warn!(%error, "auth does not say whether a token is dead");
                let message = "whether the session has ended cannot be asked of auth; try again";
                let refusal = Refusal::new(Code::Unavailable, "REVOCATIONS_STALE", message);
                Err(Refusal { retry_after: Some(Duration::from_secs(2)), ..refusal }.into())
            }
        }
    }

    async fn proved(&self, token: &str) -> Result<Identity> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(invalid());
        }
        let digest: [u8; 32] = Sha256::digest(token).into();
        let known = self.checked.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(&digest).cloned();
        if let Some(identity) = known.filter(|identity| identity.expires > clock::of_the_machine().timestamp()) {
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
        let header = Header::of(token).filter(|header| header.alg == ALGORITHM && header.typ == TOKEN_TYPE);
        let key = self.key(&header.ok_or_else(invalid)?.kid).await?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.leeway = LEEWAY_SECONDS;
        rules.validate_nbf = true;
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&AUDIENCES);
        rules.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        let claims = decode::<Claims>(token, &key, &rules).map_err(|_untrue| invalid())?.claims;
        let role: Role = claims.role.parse().map_err(|_unknown| invalid())?;
        // A service's token is for services, a person's is not, and no token is for anybody else besides.
        let [audience] = claims.aud.as_slice() else { return Err(invalid()) };
        let for_services = audience == AUDIENCES[1];
        let named = claims.svc.as_ref().is_some_and(|name| !name.is_empty());
        let fits = for_services == (role == Role::Service) && named == for_services && named == claims.svc.is_some();
        let lives = claims.exp.checked_sub(claims.iat).is_some_and(|life| (1..=LIFE_SECONDS_MAX).contains(&life));
        if role == Role::Unspecified || !fits || !lives {
            return Err(invalid());
        }
        Ok(Identity {
            user: UserId(claims.sub),
            role,
            session: claims.sid,
            service: claims.svc,
            epoch: claims.epoch,
            authenticated_at: claims.auth_time,
            aal: if claims.acr == "aal2" { 2 } else { 1 },
            amr: claims.amr.into(),
            scopes: claims.scope.map(|scope| scope.split(' ').map(str::to_owned).collect()),
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
        let in_map = |keys: &RwLock<HashMap<String, Arc<DecodingKey>>>| {
            keys.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(kid).cloned()
        };
        in_map(&self.published).or_else(|| in_map(&self.told))
    }

    /// Asks auth for its keys once in a while, so that what has been retired is forgotten.
    ///
    /// # Errors
    /// UNAVAILABLE.
    pub(crate) async fn renew_keys(&self) -> Result<()> {
        let due = self.fetched.lock().await.is_none_or(|at| at.elapsed() > RENEW_AFTER);
        if due { self.fetch_keys().await } else { Ok(()) }
    }

    async fn fetch_keys(&self) -> Result<()> {
        let Some(link) = &self.auth else { return Ok(()) };
        let mut fetched = self.fetched.lock().await;
        if fetched.is_some_and(|at| at.elapsed() < REFETCH_AFTER) {
            return Ok(());
        }
        let answer = AuthServiceClient::new(link.channel()).get_jwks(GetJwksRequest {}).await;
        let keys = answer.map_err(|status| {
            tracing::warn!(code = ?status.code(), "auth did not give its keys");
            Refusal::new(
                Code::Unavailable,
                "KEYS_UNAVAILABLE",
                "the keys that tokens are checked with cannot be had from auth",
            )
        })?;
        self.trust_published(keys.get_ref().keys.iter().map(|key| (key.kid.as_str(), key.x.clone())));
        *fetched = Some(Instant::now());
        Ok(())
    }
}

fn decoding(kid: &str, x: &str) -> Option<(String, Arc<DecodingKey>)> {
    let key = DecodingKey::from_ed_components(x).ok()?;
    Some((kid.to_owned(), Arc::new(key)))
}

fn revoked() -> crate::error::Error {
    Refusal::new(
        Code::Unauthenticated,
        "TOKEN_REVOKED",
        "the session has ended or changed; refresh the token or log in again",
    )
    .into()
}

fn invalid() -> crate::error::Error {
    Refusal::new(Code::Unauthenticated, "TOKEN_INVALID", "the access token is not valid; log in again").into()
}

//! Access tokens: Ed25519 JWTs of a few minutes, and the keys they are signed with.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration as Wait;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use proto::azora::auth::v1::{Jwk, Tokens as Issued};
use proto::azora::common::v1::Role;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, QueryOrder};
use shared::background::Background;
use shared::clock::{self, Time};
use shared::db;
use shared::error::{Error, Result};
use shared::id;
use shared::identity::{AUDIENCES, Claims, ISSUER, TOKEN_TYPE, Verifier};
use shared::keys::Keys;
use shared::random;
use shared::work::Door;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::entity::{session, signing_key, user};

const SEALED_AS: &str = "field";

/// How often every copy of auth looks at the keys.
const EVERY: Wait = Wait::from_secs(2);
/// The next key is published so long before it signs, so that every service knows it by then.
const PUBLISHED_BEFORE: Duration = Duration::minutes(10);
/// And is made so long before it is due.
const MADE_BEFORE: Duration = Duration::days(1);
/// Longer than any token lives, with all leeway: then the key that signed it is forgotten.
const RETIRED_FOR: Duration = Duration::minutes(20);

const NEXT: &str = "next";
const ACTIVE: &str = "active";
const RETIRED: &str = "retired";

/// Signs with the key that is active.
#[derive(Clone)]
pub struct Tokens {
    signer: Arc<RwLock<Arc<Signer>>>,
    life: Duration,
    key_life: Duration,
}

struct Signer {
    kid: String,
    key: EncodingKey,
}

/// What is due at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Due {
    /// There is no key at all.
    First,
    /// The one after the active one is to be published.
    Next,
    /// It takes over.
    Promote { next: String, active: String },
    /// Nothing that it signed is alive.
    Forget(String),
}

/// Whom a token is for.
pub struct Bearer<'a> {
    pub user: &'a user::Model,
    pub session: Uuid,
    /// When they proved it, which a refresh does not change.
    pub authenticated_at: Time,
    pub aal: i32,
    pub amr: Vec<String>,
    pub service: Option<String>,
    /// What an API key may do.
    pub scopes: Option<Vec<String>>,
    /// Digest of the operation that a second factor has just approved, base64url.
    pub operation: Option<String>,
}

impl<'a> Bearer<'a> {
    /// A person in a session.
    pub fn of(user: &'a user::Model, session: &session::Model) -> Self {
        Self {
            user,
            session: session.id.into(),
            authenticated_at: session.authenticated_at,
            aal: session.aal,
            amr: session.amr.0.clone(),
            service: None,
            scopes: None,
            operation: None,
        }
    }
}

impl Tokens {
    /// Reads the signing keys, making the first one, lets auth's own verifier trust them, and goes on doing so.
    pub async fn open(door: &Door, identity: &Arc<Verifier>, config: &Config, background: &Background) -> Result<Self> {
        let key_life = Duration::days(config.signing_key_days);
        let rows = turn(door, key_life).await?;
        let signer = Arc::new(RwLock::new(Arc::new(signer(door.keys(), &rows)?)));
        let tokens = Self { signer, life: Duration::minutes(config.access_token_minutes), key_life };
        trust(identity, &rows);
        let (own, door, identity) = (tokens.clone(), door.clone(), identity.clone());
        background.every(EVERY, "signing keys", move || {
            let (own, door, identity) = (own.clone(), door.clone(), identity.clone());
            async move { own.follow(&door, &identity).await }
        });
        Ok(tokens)
    }

    async fn follow(&self, door: &Door, identity: &Verifier) -> Result<()> {
        let rows = turn(door, self.key_life).await?;
        trust(identity, &rows);
        let active = rows.iter().find(|row| row.state == ACTIVE).map(|row| &row.kid);
        if active != Some(&self.signer().kid) {
            let next = Arc::new(signer(door.keys(), &rows)?);
            tracing::info!(kid = next.kid, "access tokens are signed with another key");
            *self.signer.write().unwrap_or_else(PoisonError::into_inner) = next;
        }
        Ok(())
    }

    fn signer(&self) -> Arc<Signer> {
        self.signer.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A token for whoever has just proved who they are.
    pub fn issue(&self, bearer: &Bearer<'_>, now: Time) -> Result<Issued> {
        let expires = now + self.life;
        let role: Role = *bearer.user.role;
        let service = role == Role::Service;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: vec![AUDIENCES[usize::from(service)].to_owned()],
            sub: bearer.user.id.into(),
            sid: bearer.session,
            jti: id::time_ordered(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: expires.timestamp(),
            auth_time: bearer.authenticated_at.timestamp(),
            acr: format!("aal{}", bearer.aal),
            amr: bearer.amr.clone(),
            role: bearer.user.role.text().to_owned(),
            epoch: bearer.user.epoch,
            svc: bearer.service.clone(),
            scope: bearer.scopes.as_ref().map(|scopes| scopes.join(" ")),
            op: bearer.operation.clone(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TOKEN_TYPE.to_owned());
        let signer = self.signer();
        header.kid = Some(signer.kid.clone());
        let signed = encode(&header, &claims, &signer.key);
        Ok(Issued {
            access_token: signed.map_err(|error| Error::internal(format!("signing a token: {error}")))?,
            expires_at: Some(clock::to_proto(expires)),
            session_id: bearer.session.to_string(),
            refresh_token: String::new(),
            device_token: String::new(),
        })
    }
}

/// The keys, after what was due has been done. Copies that come together do it in turn.
async fn turn(door: &Door, life: Duration) -> Result<Vec<signing_key::Model>> {
    let all = || signing_key::Entity::find().order_by_asc(signing_key::Column::CreatedAt);
    let rows = all().all(door.read()).await?;
    if due(&rows, clock::now(), life).is_empty() {
        return Ok(rows);
    }
    door.prepare(async |tx| {
        let rows = db::for_update(tx, all()).all(tx).await?;
        for step in due(&rows, clock::now(), life) {
            take(tx, door.keys(), step).await?;
        }
        Ok(all().all(tx).await?)
    })
    .await
}

/// What is due, judged by the keys alone.
fn due(rows: &[signing_key::Model], now: Time, life: Duration) -> Vec<Due> {
    let of = |state| rows.iter().find(|row| row.state == state);
    let gone = |row: &&signing_key::Model| row.retired_at.is_some_and(|retired| now - retired > RETIRED_FOR);
    let mut steps: Vec<Due> = rows.iter().filter(gone).map(|row| Due::Forget(row.kid.clone())).collect();
    match (of(ACTIVE), of(NEXT)) {
        (None, _) => steps.push(Due::First),
        (Some(active), None) if now - active.not_before >= life - MADE_BEFORE => steps.push(Due::Next),
        (Some(active), Some(next)) if now - active.not_before >= life && now - next.created_at >= PUBLISHED_BEFORE => {
            steps.push(Due::Promote { next: next.kid.clone(), active: active.kid.clone() });
        }
        (Some(_), _) => {}
    }
    steps
}

async fn take(tx: &impl ConnectionTrait, keys: &Keys, step: Due) -> Result<()> {
    let now = clock::now();
    let set = |kid: String| signing_key::ActiveModel { kid: Set(kid), updated_at: Set(now), ..Default::default() };
    match step {
        Due::First | Due::Next => {
            let state = if step == Due::First { ACTIVE } else { NEXT };
            // Another copy that starts at this moment makes one as well: there is one active key, whosever it is.
            let there = OnConflict::new().do_nothing().to_owned();
            signing_key::Entity::insert(new_key(keys, state)).on_conflict(there).exec_without_returning(tx).await?;
        }
        Due::Promote { next, active } => {
            // Its public part checks what it has signed; it signs no more.
            let retired = signing_key::ActiveModel {
                state: Set(RETIRED.to_owned()),
                private_key: Set(None),
                retired_at: Set(Some(now)),
                ..set(active)
            };
            retired.update(tx).await?;
            let promoted =
                signing_key::ActiveModel { state: Set(ACTIVE.to_owned()), not_before: Set(now), ..set(next) };
            promoted.update(tx).await?;
        }
        Due::Forget(kid) => {
            signing_key::Entity::delete_by_id(kid).exec(tx).await?;
        }
    }
    Ok(())
}

fn trust(identity: &Verifier, rows: &[signing_key::Model]) {
    identity.trust_published(rows.iter().map(|row| (row.kid.as_str(), URL_SAFE_NO_PAD.encode(&row.public_key))));
}

fn signer(keys: &Keys, rows: &[signing_key::Model]) -> Result<Signer> {
    let active = rows.iter().find(|row| row.state == ACTIVE).ok_or_else(|| Error::internal("no signing key"))?;
    let sealed = active.private_key.as_deref().ok_or_else(|| Error::internal("the signing key has no private part"))?;
    let secret = Zeroizing::new(keys.open(SEALED_AS, associated(&active.kid).as_bytes(), sealed)?);
    let secret =
        secret.as_slice().try_into().map_err(|_length| Error::internal("a signing key that is not 32 bytes"))?;
    let der = SigningKey::from_bytes(secret).to_pkcs8_der().map_err(|error| Error::internal(error.to_string()))?;
    Ok(Signer { kid: active.kid.clone(), key: EncodingKey::from_ed_der(der.as_bytes()) })
}

fn new_key(keys: &Keys, state: &str) -> signing_key::ActiveModel {
    let secret = Zeroizing::new(random::bytes::<32>());
    let kid = random::hex::<8>();
    let now = clock::now();
    signing_key::ActiveModel {
        public_key: Set(SigningKey::from_bytes(&secret).verifying_key().to_bytes().to_vec()),
        private_key: Set(Some(keys.seal(SEALED_AS, associated(&kid).as_bytes(), secret.as_slice()))),
        kid: Set(kid),
        state: Set(state.to_owned()),
        not_before: Set(now),
        retired_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

fn associated(kid: &str) -> String {
    format!("signing_keys:private_key:{kid}")
}

impl From<signing_key::Model> for Jwk {
    fn from(row: signing_key::Model) -> Self {
        Self {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            alg: "EdDSA".to_owned(),
            r#use: "sig".to_owned(),
            kid: row.kid,
            x: URL_SAFE_NO_PAD.encode(row.public_key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: Duration = Duration::days(30);

    fn at(days: i64, minutes: i64) -> Time {
        Time::default() + Duration::days(days) + Duration::minutes(minutes)
    }

    fn key(kid: &str, state: &str, since: Time) -> signing_key::Model {
        signing_key::Model {
            kid: kid.to_owned(),
            public_key: Vec::new(),
            private_key: None,
            state: state.to_owned(),
            not_before: since,
            retired_at: (state == RETIRED).then_some(since),
            created_at: since,
            updated_at: since,
        }
    }

    #[test]
    fn a_key_is_made_published_promoted_and_forgotten_in_its_time() {
        assert_eq!(due(&[], at(0, 0), LIFE), [Due::First]);
        let active = key("a", ACTIVE, at(0, 0));
        assert_eq!(due(std::slice::from_ref(&active), at(28, 0), LIFE), []);
        assert_eq!(due(std::slice::from_ref(&active), at(29, 0), LIFE), [Due::Next]);
        let both = [active.clone(), key("b", NEXT, at(29, 0))];
        assert_eq!(due(&both, at(29, 20), LIFE), []);
        let promote = Due::Promote { next: "b".to_owned(), active: "a".to_owned() };
        assert_eq!(due(&both, at(30, 0), LIFE), std::slice::from_ref(&promote));
        let late = [active, key("b", NEXT, at(40, 0))];
        assert_eq!(due(&late, at(40, 9), LIFE), [], "nobody knows it yet");
        assert_eq!(due(&late, at(40, 10), LIFE), [promote]);
        let after = [key("a", RETIRED, at(30, 0)), key("b", ACTIVE, at(30, 0))];
        assert_eq!(due(&after, at(30, 20), LIFE), []);
        assert_eq!(due(&after, at(30, 21), LIFE), [Due::Forget("a".to_owned())]);
    }
}

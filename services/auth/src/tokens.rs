//! Access tokens: Ed25519 JWTs of a few minutes, and the keys they are signed with.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use proto::azora::auth::v1::{Jwk, Tokens as Issued};
use proto::azora::common::v1::Role;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use shared::clock::{self, Time};
use shared::error::{Error, Result};
use shared::id;
use shared::identity::{AUDIENCES, Claims, ISSUER, TOKEN_TYPE, Verifier};
use shared::keys::Keys;
use shared::random;
use shared::work::Door;
use uuid::Uuid;

use crate::entity::{session, signing_key, user};

const SEALED_AS: &str = "field";

/// Signs with the key that is active.
pub struct Tokens {
    kid: String,
    key: EncodingKey,
    life: Duration,
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
        }
    }
}

impl Tokens {
    /// Reads the signing keys, making the first one, and lets auth's own verifier trust them.
    pub async fn open(door: &Door, keys: &Keys, identity: &Verifier, minutes: i64) -> Result<Self> {
        let rows = door
            .prepare(async |tx| {
                let usable = signing_key::Entity::find()
                    .filter(signing_key::Column::State.ne("retired"))
                    .order_by_asc(signing_key::Column::CreatedAt);
                let mut rows = usable.all(tx).await?;
                if !rows.iter().any(|row| row.state == "active") {
                    rows.push(new_key(keys).insert(tx).await?);
                }
                Ok(rows)
            })
            .await?;
        for row in &rows {
            identity.trust(&row.kid, public(row)?);
        }
        let active = rows.iter().find(|row| row.state == "active").ok_or_else(|| Error::internal("no signing key"))?;
        let sealed =
            active.private_key.as_deref().ok_or_else(|| Error::internal("the signing key has no private part"))?;
        let secret: [u8; 32] = keys
            .open(SEALED_AS, associated(&active.kid).as_bytes(), sealed)?
            .try_into()
            .map_err(|_length| Error::internal("a signing key that is not 32 bytes"))?;
        let der = SigningKey::from_bytes(&secret).to_pkcs8_der().map_err(|error| Error::internal(error.to_string()))?;
        let key = EncodingKey::from_ed_der(der.as_bytes());
        Ok(Self { kid: active.kid.clone(), key, life: Duration::minutes(minutes) })
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
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(self.kid.clone());
        let signed = encode(&header, &claims, &self.key);
        Ok(Issued {
            access_token: signed.map_err(|error| Error::internal(format!("signing a token: {error}")))?,
            expires_at: Some(clock::to_proto(expires)),
            session_id: bearer.session.to_string(),
            refresh_token: String::new(),
        })
    }
}

fn new_key(keys: &Keys) -> signing_key::ActiveModel {
    let secret = random::bytes::<32>();
    let kid = random::hex::<8>();
    let now = clock::now();
    signing_key::ActiveModel {
        public_key: Set(SigningKey::from_bytes(&secret).verifying_key().to_bytes().to_vec()),
        private_key: Set(Some(keys.seal(SEALED_AS, associated(&kid).as_bytes(), &secret))),
        kid: Set(kid),
        state: Set("active".to_owned()),
        not_before: Set(now),
        retired_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

fn associated(kid: &str) -> String {
    format!("signing_keys:private_key:{kid}")
}

fn public(row: &signing_key::Model) -> Result<[u8; 32]> {
    row.public_key.as_slice().try_into().map_err(|_length| Error::internal("a public key that is not 32 bytes"))
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

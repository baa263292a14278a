//! Access tokens of the benchmark's own, where auth is not what is measured.

use anyhow::Result;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use ed25519_dalek::{SigningKey, VerifyingKey};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use proto::azora::common::v1::Role;
use shared::identity::{AUDIENCES, Claims, ISSUER, TOKEN_TYPE, Verifier};
use shared::{clock, id, random};
use uuid::Uuid;

const KID: &str = "bench";

/// A key, and what signs with it.
pub struct Signer {
    pub key: SigningKey,
    encoding: EncodingKey,
}

impl Signer {
    pub fn new() -> Result<Self> {
        let key = SigningKey::from_bytes(&random::bytes());
        let encoding = EncodingKey::from_ed_der(key.to_pkcs8_der()?.as_bytes());
        Ok(Self { key, encoding })
    }

    pub fn public(&self) -> VerifyingKey {
        self.key.verifying_key()
    }

    /// Lets a verifier take its tokens.
    pub fn trusted_by(&self, verifier: &Verifier) {
        verifier.trust(KID, self.public().to_bytes());
    }

    /// A student's, for a quarter of an hour.
    pub fn token(&self, student: Uuid) -> Result<String> {
        self.token_of(student, Role::Student)
    }

    /// Anybody's, for as long.
    pub fn token_of(&self, user: Uuid, role: Role) -> Result<String> {
        let now = clock::now().timestamp();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: vec![AUDIENCES[0].to_owned()],
            sub: user,
            sid: id::time_ordered(),
            jti: id::time_ordered(),
            iat: now,
            nbf: now,
            exp: now + 900,
            auth_time: now,
            acr: "aal1".to_owned(),
            amr: vec!["pwd".to_owned()],
            role: <&str>::from(role).to_owned(),
            epoch: 1,
            svc: None,
            scope: None,
            op: None,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(KID.to_owned());
        Ok(encode(&header, &claims, &self.encoding)?)
    }
}

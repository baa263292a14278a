//! Tokens for tests, signed by a key that the service under test is told to trust.

use std::sync::LazyLock;

use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use proto::azora::common::v1::Role;
use uuid::Uuid;

use crate::clock;
use crate::id::UserId;
use crate::identity::{AUDIENCES, Claims, ISSUER, TOKEN_TYPE, Verifier};
use crate::random;

const KID: &str = "test";

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_bytes(&random::bytes()));

/// Makes a verifier trust the tokens below.
pub fn trusted_by(verifier: &Verifier) {
    verifier.trust(KID, KEY.verifying_key().to_bytes());
}

/// A token for five minutes.
pub fn token(user: UserId, role: Role, name: &str) -> String {
    let service = role == Role::Service;
    let now = clock::now().timestamp();
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: vec![AUDIENCES[usize::from(service)].to_owned()],
        sub: user.0,
        sid: Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("session of {name}").as_bytes()),
        jti: crate::id::time_ordered(),
        iat: now,
        nbf: now,
        exp: now + 300,
        auth_time: now,
        acr: "aal1".to_owned(),
        amr: vec!["pwd".to_owned()],
        role: <&str>::from(role).to_owned(),
        epoch: 1,
        svc: service.then(|| name.to_owned()),
        scope: None,
        op: None,
    };
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TOKEN_TYPE.to_owned());
    header.kid = Some(KID.to_owned());
    let der = KEY.to_pkcs8_der().expect("a key in PKCS#8");
    encode(&header, &claims, &EncodingKey::from_ed_der(der.as_bytes())).expect("a token")
}

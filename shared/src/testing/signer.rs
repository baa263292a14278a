//! Tokens for tests, signed by a key that the service under test is told to trust.

use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

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
const LIFE_SECONDS: i64 = 300;
/// Long tests go on longer than a token lives.
const RENEWED_AFTER: Duration = Duration::from_secs(200);

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_bytes(&random::bytes()));

/// Makes a verifier trust the tokens below.
pub fn trusted_by(verifier: &Verifier) {
    verifier.trust(KID, KEY.verifying_key().to_bytes());
}

/// What a caller shows.
#[derive(Clone)]
pub enum Token {
    /// One of the test's own making.
    Given(String),
    /// One that is made anew before it ends.
    Renewed(Arc<Holder>),
}

/// Somebody who has a token, and when it was made.
pub struct Holder {
    user: UserId,
    role: Role,
    name: String,
    newest: Mutex<(Instant, String)>,
}

impl Token {
    /// Of somebody in a role.
    pub fn of(user: UserId, role: Role, name: &str) -> Self {
        let newest = Mutex::new((Instant::now(), token(user, role, name)));
        Self::Renewed(Arc::new(Holder { user, role, name: name.to_owned(), newest }))
    }

    /// As it is shown now.
    pub fn text(&self) -> String {
        match self {
            Self::Given(text) => text.clone(),
            Self::Renewed(holder) => holder.text(),
        }
    }
}

impl Holder {
    fn text(&self) -> String {
        let mut newest = self.newest.lock().expect("not poisoned");
        if newest.0.elapsed() > RENEWED_AFTER {
            *newest = (Instant::now(), token(self.user, self.role, &self.name));
        }
        newest.1.clone()
    }
}

/// A token for five minutes.
fn token(user: UserId, role: Role, name: &str) -> String {
    let service = role == Role::Service;
    let now = clock::of_the_machine().timestamp();
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: vec![AUDIENCES[usize::from(service)].to_owned()],
        sub: user.0,
        sid: Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("session of {name}").as_bytes()),
        jti: crate::id::time_ordered(),
        iat: now,
        nbf: now,
        exp: now + LIFE_SECONDS,
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

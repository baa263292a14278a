//! Makes tokens: good ones, and whatever differs from them in one thing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use shared::clock;
use shared::identity::Verifier;

/// The name of the key that signs.
pub const KID: &str = "2f6c0d";
/// The name of another key that is trusted too.
pub const OTHER_KID: &str = "77aa01";
pub const USER: &str = "01980000-0000-7000-8000-000000000001";
pub const ANOTHER: &str = "01980000-0000-7000-8000-000000000002";
/// The longest token that is looked at.
pub const BYTES_MAX: usize = 4096;
pub const PEOPLE: [&str; 5] = ["student", "educator", "employer", "mediator", "admin"];

/// What it is, and the token.
pub type Token = (String, String);

pub fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

pub fn other_key() -> SigningKey {
    SigningKey::from_bytes(&[8; 32])
}

/// A key that nobody trusts.
pub fn foreign_key() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

pub fn trusting() -> Verifier {
    let verifier = Verifier::new(None);
    verifier.trust(KID, key().verifying_key().to_bytes());
    verifier.trust(OTHER_KID, other_key().verifying_key().to_bytes());
    verifier
}

pub fn now() -> i64 {
    clock::now().timestamp()
}

pub fn header() -> Value {
    json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": KID })
}

/// A student's token of five minutes, made at `begun`; no two are the same.
pub fn claims(begun: i64) -> Value {
    let jti = shared::id::time_ordered().to_string();
    json!({
        "iss": "azora", "aud": ["azora"], "sub": USER, "sid": USER, "jti": jti, "iat": begun, "nbf": begun,
        "exp": begun + 300, "auth_time": begun, "acr": "aal1", "amr": ["pwd"], "role": "student", "epoch": 1,
    })
}

pub fn service_claims(begun: i64) -> Value {
    with(with(with(claims(begun), "role", "service"), "aud", json!(["azora:internal"])), "svc", "mint")
}

pub fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    object[name] = value.into();
    object
}

pub fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().expect("an object").remove(name);
    object
}

pub fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Header and payload as they are written, signed.
pub fn signed_text(key: &SigningKey, header: &str, payload: impl AsRef<[u8]>) -> String {
    let message = format!("{}.{}", encoded(header), encoded(payload));
    let signature = encoded(key.sign(message.as_bytes()).to_bytes());
    format!("{message}.{signature}")
}

pub fn signed(key: &SigningKey, header: &Value, claims: &Value) -> String {
    signed_text(key, &header.to_string(), claims.to_string())
}

/// Claims that are signed as they should be.
pub fn ours(claims: &Value) -> String {
    signed(&key(), &header(), claims)
}

/// Named by the list they come from and what differs.
pub fn named(list: &str, tokens: impl IntoIterator<Item = (Value, String)>) -> Vec<Token> {
    tokens.into_iter().map(|(what, token)| (format!("{list}: {what}"), token)).collect()
}

/// The longest token that is looked at, and the next longer one.
pub fn long(now: i64) -> (String, String) {
    let filled = |letters: usize| ours(&with(claims(now), "amr", json!(["p".repeat(letters)])));
    let mut letters = (BYTES_MAX - filled(0).len()) * 3 / 4 - 4;
    let mut fits = filled(letters);
    loop {
        letters += 1;
        let longer = filled(letters);
        if longer.len() > BYTES_MAX {
            return (fits, longer);
        }
        fits = longer;
    }
}

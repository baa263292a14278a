//! What a header may claim.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

use crate::signer::{
    KID, OTHER_KID, Token, claims, encoded, foreign_key, header, key, named, other_key, signed, signed_text, with,
    without,
};

type Tag = fn(&[u8], &[u8]) -> Vec<u8>;

macro_rules! tag {
    ($digest:ty) => {
        |secret: &[u8], text: &[u8]| {
            let mut mac = Hmac::<$digest>::new_from_slice(secret).expect("any length will do");
            mac.update(text);
            mac.finalize().into_bytes().to_vec()
        }
    };
}

/// No signature, and the public key taken for the secret of a MAC.
pub fn algorithms(now: i64) -> Vec<Token> {
    let payload = encoded(claims(now).to_string());
    let message = |alg: &Value| format!("{}.{payload}", encoded(with(header(), "alg", alg.clone()).to_string()));
    let mut tokens = Vec::new();
    for alg in ["none", "None", "NONE", "nOnE", ""].map(Value::from) {
        let message = message(&alg);
        let signature = encoded(key().sign(message.as_bytes()).to_bytes());
        for end in ["", "AA", &signature] {
            tokens.push((json!([alg, end.len()]), format!("{message}.{end}")));
        }
    }

    let public = key().verifying_key().to_bytes();
    let der = [&[0x30_u8, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..], &public].concat();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&der));
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": encoded(public) }).to_string();
    let secrets = [
        public.to_vec(),
        STANDARD.encode(public).into_bytes(),
        encoded(public).into_bytes(),
        der,
        pem.trim_end().as_bytes().to_vec(),
        pem.into_bytes(),
        jwk.into_bytes(),
        KID.as_bytes().to_vec(),
        Vec::new(),
    ];
    let tags: [(&str, Tag); 3] = [("HS256", tag!(Sha256)), ("HS384", tag!(Sha384)), ("HS512", tag!(Sha512))];
    for (alg, tag) in tags {
        let message = message(&alg.into());
        for (index, secret) in secrets.iter().enumerate() {
            tokens.push((json!([alg, index]), format!("{message}.{}", encoded(tag(secret, message.as_bytes())))));
        }
    }

    let strangers = [
        "RS256",
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "ES256",
        "ES384",
        "ES512",
        "ES256K",
        "Ed448",
        "Ed25519",
        "EDDSA",
        "eddsa",
        "EdDSA ",
        " EdDSA",
        "EdDSA\u{0}",
        "HS256",
        "dir",
        "A256GCM",
    ];
    for alg in strangers.into_iter().map(Value::from).chain([json!(null), json!(0), json!(["EdDSA"]), json!({})]) {
        tokens.push((json!([alg]), signed(&key(), &with(header(), "alg", alg.clone()), &claims(now))));
    }
    tokens.push((json!("absent"), signed(&key(), &without(header(), "alg"), &claims(now))));
    named("alg", tokens)
}

/// Keys that are somebody else's, or that the header names in another way than we do.
pub fn keys(now: i64) -> Vec<Token> {
    let claims = claims(now);
    let mut tokens = vec![
        (json!("a foreign key under our name"), signed(&foreign_key(), &header(), &claims)),
        (json!("our key under the other's name"), signed(&key(), &with(header(), "kid", OTHER_KID), &claims)),
        (json!("the other key under our name"), signed(&other_key(), &header(), &claims)),
        (json!("no name"), signed(&key(), &without(header(), "kid"), &claims)),
        (json!("no name, a foreign key"), signed(&foreign_key(), &without(header(), "kid"), &claims)),
    ];
    let long = "k".repeat(2000);
    let names = [
        "",
        " ",
        "*",
        "0",
        "2f6c0",
        "2f6c0d ",
        " 2f6c0d",
        "2F6C0D",
        "2f6c0d\u{0}",
        "2f6c0d\n",
        "./2f6c0d",
        "../../../../keys/2f6c0d",
        "/dev/null",
        "file:///etc/passwd",
        "https://keys.example.org/jwks.json",
        "2f6c0d' --",
        "' OR '1'='1",
        "' UNION SELECT 'x' --",
        "2f6c0d;2f6c0d",
        "2f6c0d,77aa01",
        "\u{ff12}f6c0d",
        &long,
    ];
    let others = [json!(null), json!(7), json!(true), json!([KID]), json!({ "kid": KID })];
    for kid in names.into_iter().map(Value::from).chain(others) {
        tokens.push((json!([kid]), signed(&key(), &with(header(), "kid", kid.clone()), &claims)));
    }
    named("kid", tokens)
}

/// Headers that bring a key along, or ask for what we do not do. Our own tokens name type, algorithm and key, no more.
pub fn headers(now: i64) -> Vec<Token> {
    let claims = claims(now);
    let jwk = json!({
        "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": KID,
        "x": encoded(foreign_key().verifying_key().to_bytes()),
    });
    let brought = [
        ("jwk", jwk),
        ("jku", json!("https://keys.example.org/jwks.json")),
        ("x5u", json!("https://keys.example.org/chain.pem")),
        ("x5c", json!([STANDARD.encode(foreign_key().verifying_key().to_bytes())])),
    ];
    let mut tokens = Vec::new();
    for (name, value) in brought {
        let header = with(header(), name, value);
        tokens.push((json!([name, "foreign key"]), signed(&foreign_key(), &header, &claims)));
        tokens.push((json!([name, "no kid"]), signed(&foreign_key(), &without(header.clone(), "kid"), &claims)));
        tokens.push((json!([name, "our key"]), signed(&key(), &header, &claims)));
    }
    let asked = [
        ("crit", json!([])),
        ("crit", json!(["exp"])),
        ("crit", json!(["alg", "typ", "kid"])),
        ("crit", json!(["b64"])),
        ("crit", json!(["https://example.org/must"])),
        ("crit", json!("exp")),
        ("crit", json!({ "exp": true })),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
        ("cty", json!("JWT")),
    ];
    for (name, value) in asked {
        tokens.push((json!([name, value]), signed(&key(), &with(header(), name, value.clone()), &claims)));
    }
    let unencoded = with(with(header(), "b64", false), "crit", json!(["b64"]));
    tokens.push((json!("b64 and crit"), signed(&key(), &unencoded, &claims)));
    let message = format!("{}.{claims}", encoded(unencoded.to_string()));
    let signature = encoded(key().sign(message.as_bytes()).to_bytes());
    tokens.push((json!("a payload in the clear"), format!("{message}.{signature}")));

    let kinds = [
        "JWT",
        "jwt",
        "at+JWT",
        "AT+JWT",
        "At+Jwt",
        "application/at+jwt",
        "at+jwt ",
        " at+jwt",
        "at+jwt;v=1",
        "at",
        "",
        "JOSE",
        "id+jwt",
        "rt+jwt",
        "logout+jwt",
        "dpop+jwt",
    ];
    for typ in kinds.into_iter().map(Value::from).chain([json!(null), json!(1), json!(["at+jwt"]), json!({})]) {
        tokens.push((json!(["typ", typ]), signed(&key(), &with(header(), "typ", typ.clone()), &claims)));
    }
    tokens.push((json!("no typ"), signed(&key(), &without(header(), "typ"), &claims)));

    let whole = header().to_string();
    let texts = [
        "",
        "null",
        "{}",
        "[]",
        "1",
        "\"EdDSA\"",
        "[\"at+jwt\",\"EdDSA\",\"2f6c0d\"]",
        "[\"EdDSA\",\"at+jwt\",\"2f6c0d\"]",
        &whole[1..],
        &whole[..whole.len() - 1],
    ];
    let twice = [
        format!(r#"{{"alg":"none",{}"#, &whole[1..]),
        format!(r#"{},"alg":"none"}}"#, &whole[..whole.len() - 1]),
        format!(r#"{{"kid":"{OTHER_KID}",{}"#, &whole[1..]),
        format!(r#"{},"typ":"JWT"}}"#, &whole[..whole.len() - 1]),
        format!("{whole}{whole}"),
        format!("{whole} x"),
        format!("\u{feff}{whole}"),
    ];
    for text in texts.into_iter().map(ToOwned::to_owned).chain(twice) {
        tokens.push((json!(text), signed_text(&key(), &text, claims.to_string())));
    }
    named("header", tokens)
}

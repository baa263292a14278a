//! Access tokens that somebody may send: hundreds that prove nothing, of which none is accepted, and hundreds that are
//! good, of which none is refused.

#![expect(clippy::expect_used, reason = "tests are free to")]

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};
use shared::clock;
use shared::identity::Verifier;
use tonic::{Code, Status};

/// The name of the key that signs.
const KID: &str = "2f6c0d";
/// The name of another key that is trusted too.
const OTHER_KID: &str = "77aa01";
const USER: &str = "01980000-0000-7000-8000-000000000001";
const ANOTHER: &str = "01980000-0000-7000-8000-000000000002";
/// The longest token that is looked at.
const BYTES_MAX: usize = 4096;
const PEOPLE: [&str; 5] = ["student", "educator", "employer", "mediator", "admin"];

/// What it is, and the token.
type Token = (String, String);

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn other_key() -> SigningKey {
    SigningKey::from_bytes(&[8; 32])
}

/// A key that nobody trusts.
fn foreign_key() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

fn trusting() -> Verifier {
    let verifier = Verifier::new(None);
    verifier.trust(KID, key().verifying_key().to_bytes());
    verifier.trust(OTHER_KID, other_key().verifying_key().to_bytes());
    verifier
}

fn now() -> i64 {
    clock::now().timestamp()
}

fn header() -> Value {
    json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": KID })
}

/// A student's token of five minutes, made at `begun`; no two are the same.
fn claims(begun: i64) -> Value {
    let jti = shared::id::time_ordered().to_string();
    json!({
        "iss": "azora", "aud": ["azora"], "sub": USER, "sid": USER, "jti": jti, "iat": begun, "nbf": begun,
        "exp": begun + 300, "auth_time": begun, "acr": "aal1", "amr": ["pwd"], "role": "student", "epoch": 1,
    })
}

fn service_claims(begun: i64) -> Value {
    with(with(with(claims(begun), "role", "service"), "aud", json!(["azora:internal"])), "svc", "mint")
}

fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    object[name] = value.into();
    object
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().expect("an object").remove(name);
    object
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Header and payload as they are written, signed.
fn signed_text(key: &SigningKey, header: &str, payload: impl AsRef<[u8]>) -> String {
    let message = format!("{}.{}", encoded(header), encoded(payload));
    let signature = encoded(key.sign(message.as_bytes()).to_bytes());
    format!("{message}.{signature}")
}

fn signed(key: &SigningKey, header: &Value, claims: &Value) -> String {
    signed_text(key, &header.to_string(), claims.to_string())
}

/// Claims that are signed as they should be.
fn ours(claims: &Value) -> String {
    signed(&key(), &header(), claims)
}

/// Named by the list they come from and what differs.
fn named(list: &str, tokens: impl IntoIterator<Item = (Value, String)>) -> Vec<Token> {
    tokens.into_iter().map(|(what, token)| (format!("{list}: {what}"), token)).collect()
}

type Tag = fn(&[u8], &[u8]) -> Vec<u8>;

macro_rules! tag {
    ($digest:ty) => {
        |secret, text| {
            let mut mac = Hmac::<$digest>::new_from_slice(secret).expect("any length will do");
            mac.update(text);
            mac.finalize().into_bytes().to_vec()
        }
    };
}

/// No signature, and the public key taken for the secret of a MAC.
fn algorithms(now: i64) -> Vec<Token> {
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
fn keys(now: i64) -> Vec<Token> {
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
fn headers(now: i64) -> Vec<Token> {
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

/// Somebody else's tokens, and tokens for somebody else.
fn parties(now: i64) -> Vec<Token> {
    let mut tokens = Vec::new();
    let issuers =
        ["", "Azora", "AZORA", "azora ", " azora", "azora.", "azora/", "https://azora", "azora:internal", "evil"];
    for iss in
        issuers.into_iter().map(Value::from).chain([json!(["azora"]), json!(["evil", "azora"]), json!({ "azora": 1 })])
    {
        tokens.push((json!(["iss", iss]), ours(&with(claims(now), "iss", iss.clone()))));
    }
    let audiences = [
        json!([]),
        json!("azora"),
        json!("azora:internal"),
        json!(["azora:internal"]),
        json!(["azora", "azora:internal"]),
        json!(["azora:internal", "azora"]),
        json!(["azora", "elsewhere"]),
        json!(["elsewhere", "azora"]),
        json!(["elsewhere"]),
        json!(["Azora"]),
        json!(["azora "]),
        json!(["azora:*"]),
        json!(["*"]),
        json!([""]),
        json!([["azora"]]),
        json!([1]),
        json!({ "azora": true }),
    ];
    for aud in audiences {
        tokens.push((json!(["aud", aud]), ours(&with(claims(now), "aud", aud.clone()))));
    }
    for role in PEOPLE {
        let person = with(claims(now), "role", role);
        let internal = with(person.clone(), "aud", json!(["azora:internal"]));
        tokens.push((json!([role, "for services"]), ours(&internal)));
        tokens.push((json!([role, "with svc"]), ours(&with(person, "svc", "mint"))));
        tokens.push((json!([role, "for services, with svc"]), ours(&with(internal, "svc", "mint"))));
    }
    let service = service_claims(now);
    let between = json!(["azora", "azora:internal"]);
    tokens.extend([
        (json!("a service for people"), ours(&with(service.clone(), "aud", json!(["azora"])))),
        (json!("a service for both"), ours(&with(service.clone(), "aud", between))),
        (
            json!("a service for people, without svc"),
            ours(&without(with(service.clone(), "aud", json!(["azora"])), "svc")),
        ),
        (json!("a service without svc"), ours(&without(service.clone(), "svc"))),
    ]);
    for svc in [json!(null), json!(""), json!(1), json!(["mint"]), json!({ "name": "mint" })] {
        tokens.push((json!(["svc", svc]), ours(&with(service.clone(), "svc", svc.clone()))));
    }
    let roles = [
        "",
        "unspecified",
        "UNSPECIFIED",
        "ROLE_ADMIN",
        "Admin",
        "ADMIN",
        "admin ",
        " admin",
        "admin\u{0}",
        "root",
        "superuser",
        "student admin",
        "student,admin",
        "*",
        "service",
    ];
    let others = [json!(5), json!(["admin"]), json!({ "admin": true }), json!(true)];
    for role in roles.into_iter().map(Value::from).chain(others) {
        tokens.push((json!(["role", role]), ours(&with(claims(now), "role", role.clone()))));
    }
    named("parties", tokens)
}

/// Tokens that are over, that have not begun, or that outlive what is remembered of revocations.
fn times(now: i64) -> Vec<Token> {
    let mut tokens = Vec::new();
    for ago in [31, 32, 45, 60, 300, 3600, 86_400, 31_536_000] {
        tokens.push((json!(["over since", ago]), ours(&claims(now - ago - 300))));
    }
    for ahead in [300, 3600, 86_400, 31_536_000] {
        tokens.push((json!(["begins in", ahead]), ours(&claims(now + ahead))));
    }
    for life in [86_400, 31_536_000, i64::MAX - now] {
        tokens.push((json!(["lives for", life]), ours(&with(claims(now), "exp", now + life))));
    }
    for age in [86_400, 31_536_000] {
        tokens.push((json!(["lives since", age]), ours(&with(claims(now - age), "exp", now + 300))));
    }
    for exp in [0, 1, -1, i64::MIN] {
        tokens.push((json!(["exp", exp]), ours(&with(claims(now), "exp", exp))));
    }
    for nbf in [-1, i64::MIN, i64::MAX] {
        tokens.push((json!(["nbf", nbf]), ours(&with(claims(now), "nbf", nbf))));
    }
    named("times", tokens)
}

/// Claims that are not there, or are something else than they should be.
fn shapes(now: i64) -> Vec<Token> {
    let mut tokens = Vec::new();
    let names: Vec<String> = claims(now).as_object().expect("an object").keys().cloned().collect();
    for name in &names {
        tokens.push((json!([name, "absent"]), ours(&without(claims(now), name))));
        tokens.push((json!([name, null]), ours(&with(claims(now), name, Value::Null))));
    }
    for name in ["iat", "nbf", "exp", "auth_time", "epoch"] {
        let value = claims(now)[name].clone();
        let text = value.to_string();
        let wrong = [json!(text), json!([value]), json!({}), json!(true), json!(u64::MAX), json!(1.5), json!(1e300)];
        for wrong in wrong {
            tokens.push((json!([name, wrong]), ours(&with(claims(now), name, wrong.clone()))));
        }
        for number in ["1e400", "0x7fffffff", "+1", "01", "NaN", "Infinity", "1_000"] {
            let payload =
                claims(now).to_string().replace(&format!("\"{name}\":{text}"), &format!("\"{name}\":{number}"));
            tokens.push((json!([name, number]), signed_text(&key(), &header().to_string(), payload)));
        }
    }
    tokens.push((json!("an epoch beyond 32 bits"), ours(&with(claims(now), "epoch", 1_i64 << 31))));
    for name in ["sub", "sid", "jti"] {
        for wrong in
            [json!(""), json!("alice"), json!("' OR 1=1 --"), json!("../.."), json!(1), json!([USER]), json!({})]
        {
            tokens.push((json!([name, wrong]), ours(&with(claims(now), name, wrong.clone()))));
        }
    }
    let wrong = [
        ("acr", json!(2)),
        ("acr", json!(["aal2"])),
        ("amr", json!("pwd")),
        ("amr", json!([1])),
        ("amr", json!({ "pwd": true })),
        ("scope", json!(1)),
        ("scope", json!(["mint:read"])),
        ("op", json!(1)),
        ("op", json!([])),
    ];
    for (name, value) in wrong {
        tokens.push((json!([name, value]), ours(&with(claims(now), name, value.clone()))));
    }

    let whole = claims(now).to_string();
    let open = &whole[..whole.len() - 1];
    // As a list, in the order in which they are read.
    let listed =
        json!(["azora", ["azora"], USER, USER, USER, now, now, now + 300, now, "aal1", ["pwd"], "student", 1,]);
    let texts = [
        String::new(),
        "null".to_owned(),
        "1".to_owned(),
        "{}".to_owned(),
        "[]".to_owned(),
        listed.to_string(),
        json!([claims(now)]).to_string(),
        json!(whole).to_string(),
        json!(ours(&claims(now))).to_string(),
        ours(&claims(now)),
        open.to_owned(),
        format!("{whole}x"),
        format!("{whole}{whole}"),
        format!("\u{feff}{whole}"),
        format!("{open},}}"),
        format!(r#"{open},"role":"admin"}}"#),
        format!(r#"{open},"sub":"{}"}}"#, ANOTHER),
        format!(r#"{open},"exp":{}}}"#, now + 86_400),
        format!(r#"{open},"nbf":0}}"#),
        format!(r#"{open},"iss":"evil"}}"#),
        format!(r#"{open},"aud":["azora:internal"]}}"#),
        format!(r#"{open},"epoch":99}}"#),
        format!(r#"{open},"r\u006fle":"admin"}}"#),
        format!(r#"{open},"svc":null,"svc":"mint"}}"#),
        format!(r#"{open},"scope":"mint:read","scope":"mint:write"}}"#),
    ];
    for text in texts {
        tokens.push((json!(text), signed_text(&key(), &header().to_string(), &text)));
    }
    let not_utf8 = [whole.replace("student", "st\u{1}dent").as_bytes(), b"\xff"].concat();
    tokens.push((json!("bytes that are no text"), signed_text(&key(), &header().to_string(), not_utf8)));
    named("shapes", tokens)
}

/// A good token with something changed after it was signed.
fn damaged(now: i64) -> Vec<Token> {
    let token = ours(&claims(now));
    let parts: Vec<&str> = token.split('.').collect();
    let bytes: Vec<Vec<u8>> = parts.iter().map(|part| URL_SAFE_NO_PAD.decode(part).expect("our own")).collect();
    let joined = |bytes: &[Vec<u8>]| bytes.iter().map(encoded).collect::<Vec<_>>().join(".");
    let mut tokens = Vec::new();
    for (part, length) in bytes.iter().map(Vec::len).enumerate() {
        // Every byte of the signature; of the others enough to meet each claim.
        for index in (0..length).step_by(if part == 2 { 1 } else { 3 }) {
            let mut changed = bytes.clone();
            changed[part][index] ^= 1_u8 << (index % 8);
            tokens.push((json!(["bit", part, index]), joined(&changed)));
        }
    }
    for less in [1, 2, 31, 32, 63] {
        let mut changed = bytes.clone();
        changed[2].truncate(64 - less);
        tokens.push((json!(["shorter by", less]), joined(&changed)));
    }
    for more in [1, 2, 32, 64] {
        let mut changed = bytes.clone();
        changed[2].extend(std::iter::repeat_n(0, more));
        tokens.push((json!(["longer by", more]), joined(&changed)));
    }
    let mut changed = bytes.clone();
    changed[2] = with_order_added(&bytes[2]);
    tokens.push((json!("the other form of the same signature"), joined(&changed)));
    for (what, signature) in [("zeros", [0_u8; 64]), ("ones", [0xff_u8; 64])] {
        tokens.push((json!(what), format!("{}.{}.{}", parts[0], parts[1], encoded(signature))));
    }
    let (half, rest) = bytes[2].split_at(32);
    changed[2] = [rest, half].concat();
    tokens.push((json!("halves exchanged"), joined(&changed)));

    let stranger = ours(&with(claims(now), "sub", ANOTHER));
    let foreign: Vec<&str> = stranger.split('.').collect();
    tokens.extend([
        (json!("another payload"), format!("{}.{}.{}", parts[0], foreign[1], parts[2])),
        (json!("another signature"), format!("{}.{}.{}", parts[0], parts[1], foreign[2])),
        (json!("parts exchanged"), format!("{}.{}.{}", parts[1], parts[0], parts[2])),
        (json!("the signature first"), format!("{}.{}.{}", parts[2], parts[0], parts[1])),
    ]);
    named("damaged", tokens)
}

/// The signature's second half plus the order of the group: what a verifier that does not insist on one form takes too.
fn with_order_added(signature: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let (point, scalar) = signature.split_at(32);
    let mut carry = 0;
    let mut sum = point.to_vec();
    for (one, other) in scalar.iter().zip(ORDER) {
        let digit = u16::from(*one) + u16::from(other) + carry;
        sum.push(digit.to_le_bytes()[0]);
        carry = digit >> 8;
    }
    sum
}

/// A good token in another writing, of which there is one only.
fn writings(now: i64) -> Vec<Token> {
    // One whose signature would look otherwise in the ordinary alphabet.
    let token = std::iter::repeat_with(|| ours(&claims(now))).find(|token| {
        let (_, signature) = token.rsplit_once('.').expect("three parts");
        signature.contains('-') && signature.contains('_')
    });
    let token = token.expect("they never end");
    let parts: Vec<&str> = token.split('.').collect();
    let (head, payload, signature) = (parts[0], parts[1], parts[2]);
    let mut tokens = Vec::new();

    let last = signature.as_bytes()[signature.len() - 1];
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let same = |one: usize, other: usize| one / 16 == other / 16;
    let place = alphabet.find(char::from(last)).expect("of the alphabet");
    // 64 bytes leave four bits of the last character without meaning.
    for (index, letter) in alphabet.chars().enumerate().filter(|(index, _)| *index != place && same(*index, place)) {
        let shorter = &signature[..signature.len() - 1];
        tokens.push((json!(["last character", index]), format!("{head}.{payload}.{shorter}{letter}")));
    }
    for end in ["=", "==", "A", "AA", "AAA", "AAAA", ".", "%", "\n", "\r\n", " ", "\t", "\u{0}", "é", "\u{200b}"] {
        tokens.push((json!(["at the end", end]), format!("{token}{end}")));
        tokens.push((json!(["after the header", end]), format!("{head}{end}.{payload}.{signature}")));
        tokens.push((json!(["after the payload", end]), format!("{head}.{payload}{end}.{signature}")));
    }
    for start in [".", " ", "\n", "\u{feff}", "Bearer ", "bearer:", "\"", "=", "%20"] {
        tokens.push((json!(["in front", start]), format!("{start}{token}")));
    }
    let (left, right) = payload.split_at(payload.len() / 2);
    for between in ["\n", " ", "\r\n", "=", "+", "."] {
        tokens.push((json!(["in the middle", between]), format!("{head}.{left}{between}{right}.{signature}")));
    }
    for dot in ["%2E", "\u{ff0e}", "\u{3002}", ",", " ", "..", "", "~"] {
        tokens.push((json!(["for a dot", dot]), [head, payload, signature].join(dot)));
    }
    let padded: Vec<String> =
        parts.iter().map(|part| URL_SAFE.encode(URL_SAFE_NO_PAD.decode(part).expect("our own"))).collect();
    let hex = shared::random::to_hex(&URL_SAFE_NO_PAD.decode(signature).expect("our own"));
    tokens.extend([
        (json!("padded"), padded.join(".")),
        (json!("the ordinary alphabet"), token.replace('-', "+").replace('_', "/")),
        (json!("the signature in the ordinary alphabet"), format!("{head}.{payload}.{}", signature.replace('-', "+"))),
        (json!("the signature in hex"), format!("{head}.{payload}.{hex}")),
        (json!("in capitals"), token.to_uppercase()),
        (json!("encoded once more"), encoded(&token)),
        (json!("in quotes"), format!("\"{token}\"")),
        (json!("as JSON"), json!({ "protected": head, "payload": payload, "signature": signature }).to_string()),
        (json!("twice"), format!("{token}.{token}")),
        (json!("twice, with a comma"), format!("{token},{token}")),
        (json!("five parts"), format!("{head}.{payload}.{signature}.{payload}.{signature}")),
        (json!("two parts"), format!("{head}.{payload}")),
        (json!("no signature"), format!("{head}.{payload}.")),
        (json!("no payload"), format!("{head}..{signature}")),
        (json!("no header"), format!(".{payload}.{signature}")),
        (json!("beyond the longest"), long(now).1),
    ]);
    for text in
        ["", ".", "..", "...", "a", "a.b", "a.b.c", "a.b.c.d", "null", "undefined", "{}", "\u{0}", "ééé.ééé.ééé"]
    {
        tokens.push((json!(text), text.to_owned()));
    }
    tokens.push((json!("one long word"), "a".repeat(BYTES_MAX)));
    tokens.push((json!("only dots"), ".".repeat(BYTES_MAX)));
    named("writings", tokens)
}

/// The longest token that is looked at, and the next longer one.
fn long(now: i64) -> (String, String) {
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

#[tokio::test]
async fn none_of_hundreds_of_hostile_tokens_is_accepted() {
    let verifier = trusting();
    verifier.check(&ours(&claims(now()))).await.expect("what they are made of is good");
    verifier.check(&ours(&service_claims(now()))).await.expect("and a service's too");

    let lists = [algorithms, keys, headers, parties, times, shapes, damaged, writings];
    let hostile: BTreeMap<String, String> =
        lists.into_iter().flat_map(|list| list(now())).map(|(what, token)| (token, what)).collect();
    assert!(hostile.len() >= 300, "{}", hostile.len());
    let mut accepted = Vec::new();
    for (token, what) in &hostile {
        match verifier.check(token).await {
            Ok(_) => accepted.push(what),
            Err(error) => assert_eq!(Status::from(error).code(), Code::Unauthenticated, "{what}"),
        }
    }
    assert!(accepted.is_empty(), "{} of {} were accepted: {accepted:#?}", accepted.len(), hostile.len());
}

#[tokio::test]
async fn none_of_hundreds_of_good_tokens_is_refused() {
    let verifier = trusting();
    let mut checked = 0;
    for life in [60, 300, 600, 900] {
        // From the earliest moment that the leeway forgives to nearly the last.
        for age in [-30, -15, 0, 1, life / 2, life - 1, life, life + 10, life + 20] {
            let made = |claims: fn(i64) -> Value| {
                let begun = now() - age;
                with(claims(begun), "exp", begun + life)
            };
            let person = || made(claims);
            let people = PEOPLE.map(|role| with(person(), "role", role));
            let app = with(with(person(), "acr", "aal2"), "amr", json!(["pwd", "otp"]));
            let more = [
                made(service_claims),
                with(app.clone(), "op", encoded([1_u8; 32])),
                app,
                with(with(person(), "amr", json!(["api_key"])), "scope", "mint:read mint:write"),
            ];
            for claims in people.into_iter().chain(more) {
                let verdict = verifier.check(&ours(&claims)).await;
                assert!(verdict.is_ok(), "life {life}, age {age}: {claims}");
                checked += 1;
            }
        }
    }
    let other = signed(&other_key(), &with(header(), "kid", OTHER_KID), &claims(now()));
    for token in [other, long(now()).0] {
        verifier.check(&token).await.expect("good too");
        checked += 1;
    }
    assert!(checked >= 300, "{checked}");
}

/// Whether a token that is made for this second is accepted within it.
async fn accepted(verifier: &Verifier, made: impl Fn(i64) -> String) -> bool {
    loop {
        let second = now();
        let verdict = verifier.check(&made(second)).await.is_ok();
        if now() == second {
            return verdict;
        }
    }
}

#[tokio::test]
async fn clocks_may_differ_by_thirty_seconds_and_no_more() {
    let verifier = trusting();
    // A token lives for 300 seconds.
    for (age, good) in [(330, true), (331, false), (-30, true), (-31, false)] {
        assert_eq!(accepted(&verifier, |second| ours(&claims(second - age))).await, good, "age {age}");
    }
}

#[tokio::test]
async fn only_one_word_gives_the_higher_assurance() {
    let verifier = trusting();
    for (acr, aal) in
        [("aal2", 2), ("aal1", 1), ("AAL2", 1), ("aal2 ", 1), ("aal22", 1), ("aal3", 1), ("2", 1), ("", 1)]
    {
        let identity = verifier.check(&ours(&with(claims(now()), "acr", acr))).await.expect("good");
        assert_eq!(identity.aal, aal, "{acr:?}");
    }
}

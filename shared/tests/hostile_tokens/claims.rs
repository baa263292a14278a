//! What a payload may claim.

use serde_json::{Value, json};

use crate::signer::{
    ANOTHER, PEOPLE, Token, USER, claims, header, key, named, ours, service_claims, signed_text, with, without,
};

/// Somebody else's tokens, and tokens for somebody else.
pub fn parties(now: i64) -> Vec<Token> {
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
pub fn times(now: i64) -> Vec<Token> {
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
pub fn shapes(now: i64) -> Vec<Token> {
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
        format!(r#"{open},"sub":"{ANOTHER}"}}"#),
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

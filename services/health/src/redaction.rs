//! Takes secrets out of what is stored. Senders do so already; this is for the one that forgot.

use shared::json::Json;

/// What stands where a secret was.
const REDACTED: &str = "[redacted]";
/// A field whose name contains one of these holds a secret.
const WITHIN: [&str; 7] = ["password", "passwd", "secret", "authorization", "cookie", "apikey", "privatekey"];
/// A field whose name ends so holds a secret. Not `tokens`: those are money.
const AT_END: &str = "token";
/// A text that begins so is a credential, whatever its field is called.
const SCHEMES: [&str; 2] = ["bearer ", "basic "];

/// The document without its secrets.
pub fn redacted(document: Json) -> Json {
    match document {
        Json::Object(fields) => Json::Object(fields.into_iter().map(field).collect()),
        Json::Array(list) => Json::Array(list.into_iter().map(redacted).collect()),
        Json::String(text) if is_credential(&text) => Json::from(REDACTED),
        harmless => harmless,
    }
}

fn field((name, value): (String, Json)) -> (String, Json) {
    let value = if names_secret(&name) { Json::from(REDACTED) } else { redacted(value) };
    (name, value)
}

fn names_secret(name: &str) -> bool {
    let folded: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    folded.ends_with(AT_END) || WITHIN.iter().any(|word| folded.contains(word))
}

fn is_credential(text: &str) -> bool {
    let text = text.trim_start().to_lowercase();
    SCHEMES.iter().any(|scheme| text.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_go_however_deep_they_lie() {
        let document =
            json!({"user": "a", "login": [{"New-Password": "x"}, {"accessToken": 7}], "said": "Bearer ey.x"});
        let expected = json!({
            "user": "a",
            "login": [{"New-Password": REDACTED}, {"accessToken": REDACTED}],
            "said": REDACTED,
        });
        assert_eq!(redacted(document), expected);
    }

    #[test]
    fn what_only_sounds_alike_stays() {
        let document = json!({"tokens": "12.5", "dedupe_key": "x", "list": [1, null, true], "said": "basically"});
        assert_eq!(redacted(document.clone()), document);
    }
}

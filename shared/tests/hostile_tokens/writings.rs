//! What may happen to a good token on its way.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::json;

use crate::signer::{ANOTHER, BYTES_MAX, Token, claims, encoded, long, named, ours, with};

/// A good token with something changed after it was signed.
pub fn damaged(now: i64) -> Vec<Token> {
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
pub fn writings(now: i64) -> Vec<Token> {
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

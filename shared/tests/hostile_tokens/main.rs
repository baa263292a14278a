//! Access tokens that somebody may send: hundreds that prove nothing, of which none is accepted, and hundreds that are
//! good, of which none is refused.

#![expect(clippy::expect_used, reason = "tests are free to")]

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared::identity::Verifier;
use tonic::{Code, Status};

mod claims;
mod headers;
mod signer;
mod writings;

use signer::{
    OTHER_KID, PEOPLE, claims, encoded, header, long, now, other_key, ours, service_claims, signed, trusting, with,
};

#[tokio::test]
async fn none_of_hundreds_of_hostile_tokens_is_accepted() {
    let verifier = trusting();
    verifier.check(&ours(&claims(now()))).await.expect("what they are made of is good");
    verifier.check(&ours(&service_claims(now()))).await.expect("and a service's too");

    let lists = [
        headers::algorithms,
        headers::keys,
        headers::headers,
        claims::parties,
        claims::times,
        claims::shapes,
        writings::damaged,
        writings::writings,
    ];
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

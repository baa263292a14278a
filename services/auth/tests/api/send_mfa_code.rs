use std::fs;

use auth::Auth;
use proto::azora::auth::v1::{MfaChallenge, MfaMethod, SendMfaCodeRequest};
use sea_orm::ConnectionTrait;
use shared::testing::{TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::complete_mfa::{answer, challenged};
use crate::confirm_mfa_method::turned_on;
use crate::confirm_totp::armed;
use crate::{auth, messages, signed_in, start};

pub const PHONE: &str = "+4915112345678";

fn request(challenge: &MfaChallenge, method: MfaMethod) -> SendMfaCodeRequest {
    SendMfaCodeRequest { request_id: new_id(), challenge_id: challenge.id.clone(), method: method.into() }
}

/// Has a code sent, as if the one before were long past.
pub async fn request_code(service: &TestService<Auth>, challenge: &MfaChallenge, method: MfaMethod) {
    forget_the_pause(service).await;
    auth(&service.stranger()).send_mfa_code(request(challenge, method)).await.unwrap();
}

/// Lets the next code be sent at once.
pub async fn forget_the_pause(service: &TestService<Auth>) {
    service.connection().execute_unprepared("UPDATE throttle_counters SET blocked_until = NULL").await.unwrap();
}

/// The code in the one message of a kind, `code` or `sms`; the message is taken away.
pub fn sent_code(service: &TestService<Auth>, kind: &str) -> String {
    let files = fs::read_dir(service.data_dir().join("outbox")).unwrap().map(|file| file.unwrap().path());
    let of_kind =
        |path: &std::path::PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(&format!("{kind}-"));
    let sent: Vec<_> = files.filter(of_kind).collect();
    assert_eq!(sent.len(), 1, "{sent:?}");
    let text = fs::read_to_string(&sent[0]).unwrap();
    fs::remove_file(&sent[0]).unwrap();
    text.split("code: ").nth(1).unwrap()[..6].to_owned()
}

#[tokio::test]
async fn a_new_code_replaces_the_one_before() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    turned_on(&service, &alice, MfaMethod::Email, "").await;
    let challenge = challenged(&service, "alice@example.org").await;
    request_code(&service, &challenge, MfaMethod::Email).await;
    let first = sent_code(&service, "code");
    request_code(&service, &challenge, MfaMethod::Email).await;
    let second = sent_code(&service, "code");
    // One in a million: the same code twice.
    if first != second {
        let old = auth(&service.stranger()).complete_mfa(answer(&challenge, MfaMethod::Email, &first)).await;
        assert_refused(&old, Code::Unauthenticated, "CODE_WRONG");
    }
    auth(&service.stranger()).complete_mfa(answer(&challenge, MfaMethod::Email, &second)).await.unwrap();
}

#[tokio::test]
async fn a_text_message_goes_to_the_number_that_was_proved() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    turned_on(&service, &alice, MfaMethod::Sms, PHONE).await;
    let challenge = challenged(&service, "alice@example.org").await;
    request_code(&service, &challenge, MfaMethod::Sms).await;
    let text = messages(&service, "sms").remove(0);
    assert!(text.contains(&format!("to: {PHONE}")), "{text}");
    let code = sent_code(&service, "sms");
    auth(&service.stranger()).complete_mfa(answer(&challenge, MfaMethod::Sms, &code)).await.unwrap();
}

#[tokio::test]
async fn the_answer_is_the_same_for_every_challenge_and_nothing_is_sent_for_another() {
    let service = start().await;
    armed(&service, "alice@example.org").await;
    let known = challenged(&service, "alice@example.org").await;
    let unknown = MfaChallenge { id: new_id(), ..MfaChallenge::default() };
    for (challenge, method) in [(&known, MfaMethod::Email), (&known, MfaMethod::Sms), (&unknown, MfaMethod::Email)] {
        auth(&service.stranger()).send_mfa_code(request(challenge, method)).await.unwrap();
    }
    assert_eq!(messages(&service, "code").len() + messages(&service, "sms").len(), 0);
}

#[tokio::test]
async fn one_code_goes_out_in_half_a_minute_and_five_for_one_challenge() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    turned_on(&service, &alice, MfaMethod::Email, "").await;
    let challenge = challenged(&service, "alice@example.org").await;
    request_code(&service, &challenge, MfaMethod::Email).await;
    let again = auth(&service.stranger()).send_mfa_code(request(&challenge, MfaMethod::Email)).await;
    assert_refused(&again, Code::ResourceExhausted, "THROTTLED");
    for _ in 0..4 {
        request_code(&service, &challenge, MfaMethod::Email).await;
    }
    forget_the_pause(&service).await;
    let sixth = auth(&service.stranger()).send_mfa_code(request(&challenge, MfaMethod::Email)).await;
    assert_refused(&sixth, Code::ResourceExhausted, "THROTTLED");
    assert_eq!(messages(&service, "code").len(), 5);
}

#[tokio::test]
async fn ten_codes_an_hour_go_to_one_account_however_many_logins_ask() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    turned_on(&service, &alice, MfaMethod::Email, "").await;
    // The one that turned it on was the first.
    for _ in 0..9 {
        let challenge = challenged(&service, "alice@example.org").await;
        request_code(&service, &challenge, MfaMethod::Email).await;
    }
    let challenge = challenged(&service, "alice@example.org").await;
    forget_the_pause(&service).await;
    let eleventh = auth(&service.stranger()).send_mfa_code(request(&challenge, MfaMethod::Email)).await;
    assert_refused(&eleventh, Code::ResourceExhausted, "THROTTLED");
}

#[tokio::test]
async fn only_what_is_sent_can_be_asked_for() {
    let service = start().await;
    let unknown = MfaChallenge { id: "x".into(), ..MfaChallenge::default() };
    let refused = auth(&service.stranger()).send_mfa_code(request(&unknown, MfaMethod::Totp)).await;
    assert_fields(&refused, &["challenge_id", "method"]);
}

use auth::Auth;
use proto::azora::auth::v1::{ConfirmMfaMethodRequest, MfaChallenge, MfaMethod, RefreshTokenRequest};
use shared::id::UserId;
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::complete_mfa::{answer, challenged};
use crate::enroll_mfa_method::enrolment;
use crate::enroll_totp::refreshed;
use crate::send_mfa_code::{PHONE, request_code, sent_code};
use crate::{PASSWORD, auth, log_in, messages, signed_in, start, verified};

pub fn confirmation(challenge: &MfaChallenge, code: &str) -> ConfirmMfaMethodRequest {
    ConfirmMfaMethodRequest { request_id: new_id(), challenge_id: challenge.id.clone(), code: code.into() }
}

fn kind(method: MfaMethod) -> &'static str {
    if method == MfaMethod::Sms { "sms" } else { "code" }
}

/// Turns a method on whose codes are sent. The session goes on, but its access token is dead.
pub async fn turned_on(service: &TestService<Auth>, user: &TestUser, method: MfaMethod, phone: &str) {
    let enrolled = auth(user).enroll_mfa_method(enrolment(method, phone)).await.unwrap().into_inner();
    let code = sent_code(service, kind(method));
    auth(user).confirm_mfa_method(confirmation(&enrolled.challenge.unwrap(), &code)).await.unwrap();
}

/// Somebody who has logged in by a code that was sent.
pub async fn signed_in_by_code(service: &TestService<Auth>, email: &str, id: UserId, method: MfaMethod) -> TestUser {
    let challenge = challenged(service, email).await;
    request_code(service, &challenge, method).await;
    let answer = answer(&challenge, method, &sent_code(service, kind(method)));
    let opened = auth(&service.stranger()).complete_mfa(answer).await.unwrap().into_inner().tokens.unwrap();
    service.with_token(id, &opened.access_token)
}

#[tokio::test]
async fn the_code_that_arrived_turns_the_method_on_and_ends_the_other_sessions() {
    let service = start().await;
    let account = verified(&service, "alice@example.org").await;
    let own = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let other = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let alice = service.with_token(uuid::Uuid::parse_str(&account.id).unwrap().into(), &own.access_token);
    let enrolled = auth(&alice).enroll_mfa_method(enrolment(MfaMethod::Sms, PHONE)).await.unwrap().into_inner();
    let confirmed = confirmation(&enrolled.challenge.unwrap(), &sent_code(&service, "sms"));
    let settings = auth(&alice).confirm_mfa_method(confirmed).await.unwrap().into_inner().settings.unwrap();
    service.audit_ends_with("auth.mfa_method.confirm", Outcome::Ok, &alice).await;

    assert_eq!((settings.enabled, settings.phone_hint.as_str()), (true, "78"));
    assert_eq!(settings.methods, [i32::from(MfaMethod::Sms)]);
    assert_eq!(messages(&service, "factors-changed").len(), 1);
    refreshed(&service, &own).await;
    let request = RefreshTokenRequest { refresh_token: other.refresh_token, proof: None };
    let ended = auth(&service.stranger()).refresh_token(request).await;
    assert_refused(&ended, Code::Unauthenticated, "SESSION_ENDED");
    challenged(&service, "alice@example.org").await;
}

#[tokio::test]
async fn a_wrong_code_five_times_and_somebody_elses_challenge_turn_nothing_on() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let enrolled = auth(&alice).enroll_mfa_method(enrolment(MfaMethod::Email, "")).await.unwrap().into_inner();
    let (challenge, code) = (enrolled.challenge.unwrap(), sent_code(&service, "code"));
    let bob = signed_in(&service, "bob@example.org").await;
    let foreign = auth(&bob).confirm_mfa_method(confirmation(&challenge, &code)).await;
    assert_refused(&foreign, Code::PermissionDenied, "CODE_WRONG");

    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let refused = auth(&alice).confirm_mfa_method(confirmation(&challenge, wrong)).await;
        assert_refused(&refused, Code::PermissionDenied, "CODE_WRONG");
    }
    let right = auth(&alice).confirm_mfa_method(confirmation(&challenge, &code)).await;
    assert_refused(&right, Code::PermissionDenied, "CODE_WRONG");
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
}

#[tokio::test]
async fn a_challenge_of_a_login_turns_nothing_on_and_one_of_an_enrolment_opens_nothing() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    turned_on(&service, &alice, MfaMethod::Email, "").await;
    let alice = signed_in_by_code(&service, "alice@example.org", alice.id, MfaMethod::Email).await;
    let login = challenged(&service, "alice@example.org").await;
    request_code(&service, &login, MfaMethod::Email).await;
    let refused = auth(&alice).confirm_mfa_method(confirmation(&login, &sent_code(&service, "code"))).await;
    assert_refused(&refused, Code::PermissionDenied, "CODE_WRONG");

    let bob = signed_in(&service, "bob@example.org").await;
    let enrolled = auth(&bob).enroll_mfa_method(enrolment(MfaMethod::Email, "")).await.unwrap().into_inner();
    let answered = answer(&enrolled.challenge.unwrap(), MfaMethod::Email, &sent_code(&service, "code"));
    let refused = auth(&bob).complete_mfa(answered).await;
    assert_refused(&refused, Code::Unauthenticated, "CODE_WRONG");
}

#[tokio::test]
async fn what_cannot_be_a_confirmation_is_named() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let nothing = confirmation(&MfaChallenge::default(), "12345");
    assert_fields(&auth(&alice).confirm_mfa_method(nothing).await, &["challenge_id", "code"]);
}

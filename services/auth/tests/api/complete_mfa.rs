use auth::Auth;
use auth::entity::{mfa_challenge, security_event};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use proto::azora::auth::v1::{
    CompleteMfaRequest, CompleteMfaResponse, GetMfaSettingsRequest, ListSessionsRequest, MfaChallenge, MfaMethod,
    SecurityEventType, Tokens,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use shared::clock;
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use shared::word::Word;
use tonic::{Code, Response, Status};

use crate::confirm_mfa_method::turned_on;
use crate::confirm_totp::armed;
use crate::enroll_totp::{code_of, forget_the_step, refreshed, wrong_code_of};
use crate::send_mfa_code::{request_code, sent_code};
use crate::start_step_up::begun;
use crate::{PASSWORD, auth, log_in, messages, signed_in, start};

/// What a login asks of somebody who has a second factor.
pub async fn challenged(service: &TestService<Auth>, email: &str) -> MfaChallenge {
    log_in(service, email, PASSWORD).await.unwrap().into_inner().mfa_challenge.unwrap()
}

pub fn answer(challenge: &MfaChallenge, method: MfaMethod, code: &str) -> CompleteMfaRequest {
    CompleteMfaRequest {
        challenge_id: challenge.id.clone(),
        method: method.into(),
        code: code.into(),
        ..CompleteMfaRequest::default()
    }
}

async fn complete(user: &TestUser, request: CompleteMfaRequest) -> Result<Response<CompleteMfaResponse>, Status> {
    auth(user).complete_mfa(request).await
}

/// Logs in by an answer that is right.
async fn opened(service: &TestService<Auth>, email: &str, method: MfaMethod, code: &str) -> Tokens {
    let challenge = challenged(service, email).await;
    let opened = complete(&service.stranger(), answer(&challenge, method, code)).await;
    opened.unwrap().into_inner().tokens.unwrap()
}

/// What an access token says.
fn claims(tokens: &Tokens) -> serde_json::Value {
    let payload = tokens.access_token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

async fn events(service: &TestService<Auth>, kind: SecurityEventType) -> u64 {
    let of_kind = security_event::Entity::find().filter(security_event::Column::Type.eq(Word(kind)));
    of_kind.count(service.connection()).await.unwrap()
}

#[tokio::test]
async fn a_login_with_the_app_opens_a_session_of_full_assurance() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let challenge = challenged(&service, "alice@example.org").await;
    assert_eq!(challenge.methods, [i32::from(MfaMethod::Totp), i32::from(MfaMethod::Recovery)]);
    let request = answer(&challenge, MfaMethod::Totp, &code_of(&alice.app));
    let tokens = complete(&service.stranger(), request).await.unwrap().into_inner().tokens.unwrap();
    let said = claims(&tokens);
    assert_eq!((said["acr"].as_str(), &said["amr"]), (Some("aal2"), &serde_json::json!(["pwd", "otp"])));
    assert!(!tokens.device_token.is_empty() && !tokens.refresh_token.is_empty());
    assert_eq!(claims(&refreshed(&service, &tokens).await)["acr"], "aal2");
}

#[tokio::test]
async fn a_code_works_once_over_all_logins() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let (one, other) =
        (challenged(&service, "alice@example.org").await, challenged(&service, "alice@example.org").await);
    let code = code_of(&alice.app);
    complete(&service.stranger(), answer(&one, MfaMethod::Totp, &code)).await.unwrap();
    let replayed = complete(&service.stranger(), answer(&other, MfaMethod::Totp, &code)).await;
    assert_refused(&replayed, Code::Unauthenticated, "CODE_WRONG");
    let answered = complete(&service.stranger(), answer(&one, MfaMethod::Totp, &code)).await;
    assert_refused(&answered, Code::Unauthenticated, "CODE_WRONG");
}

#[tokio::test]
async fn a_recovery_code_opens_once_however_it_is_written_and_gives_no_full_assurance() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let written = alice.recovery[3].to_lowercase().replace('-', " ");
    let tokens = opened(&service, "alice@example.org", MfaMethod::Recovery, &written).await;
    let said = claims(&tokens);
    assert_eq!((said["acr"].as_str(), &said["amr"]), (Some("aal1"), &serde_json::json!(["pwd", "recovery"])));

    let challenge = challenged(&service, "alice@example.org").await;
    let again = complete(&service.stranger(), answer(&challenge, MfaMethod::Recovery, &alice.recovery[3])).await;
    assert_refused(&again, Code::Unauthenticated, "CODE_WRONG");
    let here = service.with_token(alice.user.id, &tokens.access_token);
    let settings = auth(&here).get_mfa_settings(GetMfaSettingsRequest {}).await.unwrap().into_inner().settings.unwrap();
    assert_eq!(settings.recovery_codes_left, 9);
}

#[tokio::test]
async fn the_owner_hears_of_it_once_when_two_recovery_codes_are_left() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    for (used, code) in alice.recovery.iter().enumerate() {
        opened(&service, "alice@example.org", MfaMethod::Recovery, code).await;
        assert_eq!(messages(&service, "recovery-codes-low").len(), usize::from(used >= 7), "{used}");
    }
    let challenge = challenged(&service, "alice@example.org").await;
    assert_eq!(challenge.methods, [i32::from(MfaMethod::Totp)], "no code is left");
}

#[tokio::test]
async fn a_code_that_was_sent_opens_a_session_but_gives_no_full_assurance() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    turned_on(&service, &alice, MfaMethod::Email, "").await;
    let challenge = challenged(&service, "alice@example.org").await;
    assert_eq!(challenge.methods, [i32::from(MfaMethod::Email)]);
    request_code(&service, &challenge, MfaMethod::Email).await;
    let code = sent_code(&service, "code");
    let tokens = complete(&service.stranger(), answer(&challenge, MfaMethod::Email, &code)).await;
    let said = claims(&tokens.unwrap().into_inner().tokens.unwrap());
    assert_eq!((said["acr"].as_str(), &said["amr"]), (Some("aal1"), &serde_json::json!(["pwd", "email"])));
}

#[tokio::test]
async fn five_wrong_codes_end_a_challenge_and_are_noted() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let challenge = challenged(&service, "alice@example.org").await;
    for _ in 0..5 {
        let wrong = answer(&challenge, MfaMethod::Totp, &wrong_code_of(&alice.app));
        let refused = complete(&service.stranger(), wrong).await;
        assert_refused(&refused, Code::Unauthenticated, "CODE_WRONG");
    }
    let right = answer(&challenge, MfaMethod::Totp, &code_of(&alice.app));
    let refused = complete(&service.stranger(), right).await;
    assert_refused(&refused, Code::Unauthenticated, "CODE_WRONG");
    assert_eq!(events(&service, SecurityEventType::MfaFailed).await, 1);
    opened(&service, "alice@example.org", MfaMethod::Totp, &code_of(&alice.app)).await;
}

#[tokio::test]
async fn what_is_no_challenge_any_more_reads_like_a_wrong_code() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let challenge = challenged(&service, "alice@example.org").await;
    let wrong = complete(&service.stranger(), answer(&challenge, MfaMethod::Totp, &wrong_code_of(&alice.app))).await;
    let unknown = MfaChallenge { id: new_id(), ..MfaChallenge::default() };
    let unknown_app = complete(&service.stranger(), answer(&unknown, MfaMethod::Totp, "123456")).await;
    let unknown_code = complete(&service.stranger(), answer(&unknown, MfaMethod::Recovery, &alice.recovery[0])).await;
    let past = Expr::value(clock::now() - Duration::seconds(1));
    let aged = mfa_challenge::Entity::update_many().col_expr(mfa_challenge::Column::ExpiresAt, past);
    aged.exec(service.connection()).await.unwrap();
    let late = complete(&service.stranger(), answer(&challenge, MfaMethod::Totp, &code_of(&alice.app))).await;
    for refused in [&wrong, &unknown_app, &unknown_code, &late] {
        assert_refused(refused, Code::Unauthenticated, "CODE_WRONG");
        let (refused, wrong) = (refused.as_ref().unwrap_err(), wrong.as_ref().unwrap_err());
        assert_eq!((refused.message(), refused.details()), (wrong.message(), wrong.details()));
    }
    opened(&service, "alice@example.org", MfaMethod::Totp, &code_of(&alice.app)).await;
}

#[tokio::test]
async fn once_the_day_is_used_up_only_a_known_device_shows_codes() {
    let service = TestService::<Auth>::with_settings("bcrypt_cost = 4\nfactor_guesses_per_day = 5").await;
    let alice = armed(&service, "alice@example.org").await;
    let known = opened(&service, "alice@example.org", MfaMethod::Totp, &code_of(&alice.app)).await.device_token;
    forget_the_step(&service).await;
    let challenge = challenged(&service, "alice@example.org").await;
    for _ in 0..5 {
        let wrong = answer(&challenge, MfaMethod::Totp, &wrong_code_of(&alice.app));
        assert_refused(&complete(&service.stranger(), wrong).await, Code::Unauthenticated, "CODE_WRONG");
    }
    assert_eq!(events(&service, SecurityEventType::MfaExhausted).await, 1);

    let challenge = challenged(&service, "alice@example.org").await;
    let right = answer(&challenge, MfaMethod::Totp, &code_of(&alice.app));
    let stranger = complete(&service.stranger(), right.clone()).await;
    assert_refused(&stranger, Code::ResourceExhausted, "THROTTLED");
    let owner = CompleteMfaRequest { device_token: known, ..right };
    complete(&service.stranger(), owner).await.unwrap();
}

#[tokio::test]
async fn a_step_up_raises_the_session_that_has_begun_it_and_says_what_for() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let tokens = opened(&service, "alice@example.org", MfaMethod::Recovery, &alice.recovery[0]).await;
    let here = service.with_token(alice.user.id, &tokens.access_token);
    let challenge = begun(&here, MfaMethod::Totp, &[7; 32]).await;
    let request = answer(&challenge, MfaMethod::Totp, &code_of(&alice.app));
    for elsewhere in [&service.stranger(), &alice.user] {
        let refused = complete(elsewhere, request.clone()).await;
        assert_refused(&refused, Code::Unauthenticated, "CODE_WRONG");
    }
    let raised = complete(&here, request.clone()).await.unwrap().into_inner().tokens.unwrap();
    service.audit_ends_with("auth.mfa.complete", Outcome::Ok, &here).await;
    let said = claims(&raised);
    assert_eq!((&raised.session_id, said["acr"].as_str()), (&tokens.session_id, Some("aal2")));
    assert_eq!(said["op"].as_str(), Some(URL_SAFE_NO_PAD.encode([7; 32]).as_str()));
    assert_eq!(raised.refresh_token, tokens.refresh_token);
    let listed = auth(&here).list_sessions(ListSessionsRequest::default()).await.unwrap().into_inner().sessions;
    assert!(listed.iter().any(|session| session.current && session.assurance == 2));
    assert!(claims(&refreshed(&service, &raised).await)["op"].is_null(), "it was for one operation");
    assert_refused(&complete(&here, request).await, Code::Unauthenticated, "CODE_WRONG");
}

#[tokio::test]
async fn what_cannot_be_an_answer_is_named() {
    let service = start().await;
    let nothing = CompleteMfaRequest { device_key: vec![1; 5], ..CompleteMfaRequest::default() };
    let refused = complete(&service.stranger(), nothing).await;
    assert_fields(&refused, &["challenge_id", "method", "code", "device_key"]);
}

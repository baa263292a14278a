use auth::Auth;
use proto::azora::auth::v1::{DisableMfaRequest, MfaMethod};
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::complete_mfa::{answer, challenged};
use crate::confirm_mfa_method::{signed_in_by_code, turned_on};
use crate::confirm_totp::{Armed, armed};
use crate::enroll_totp::{code_of, forget_the_step, wrong_code_of};
use crate::send_mfa_code::{request_code, sent_code};
use crate::start_step_up::begun;
use crate::{PASSWORD, auth, log_in, messages, signed_in, start};

fn off(method: MfaMethod, code: &str) -> DisableMfaRequest {
    DisableMfaRequest {
        request_id: new_id(),
        method: method.into(),
        password: PASSWORD.into(),
        code: code.into(),
        challenge_id: String::new(),
    }
}

#[tokio::test]
async fn the_password_and_a_code_of_the_app_turn_it_off_and_the_recovery_codes_with_it() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let request = off(MfaMethod::Totp, &code_of(&alice.app));
    let settings = auth(&alice.user).disable_mfa(request).await.unwrap().into_inner().settings.unwrap();
    service.audit_ends_with("auth.mfa.disable", Outcome::Ok, &alice.user).await;
    assert_eq!((settings.enabled, settings.methods.len(), settings.recovery_codes_left), (false, 0, 0));
    assert_eq!(messages(&service, "factors-changed").len(), 2);
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
}

#[tokio::test]
async fn a_recovery_code_does_as_well_as_the_app() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    auth(&alice.user).disable_mfa(off(MfaMethod::Totp, &alice.recovery[9])).await.unwrap();
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
}

#[tokio::test]
async fn neither_the_password_nor_the_code_is_enough_alone() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let code = code_of(&alice.app);
    let wrong = DisableMfaRequest { password: "three small rivulets".into(), ..off(MfaMethod::Totp, &code) };
    assert_refused(&auth(&alice.user).disable_mfa(wrong).await, Code::PermissionDenied, "PASSWORD_WRONG");
    for wrong in [wrong_code_of(&alice.app).as_str(), "ABCD-EFGH-2345-67AB"] {
        let refused = auth(&alice.user).disable_mfa(off(MfaMethod::Totp, wrong)).await;
        assert_refused(&refused, Code::PermissionDenied, "CODE_WRONG");
    }
    auth(&alice.user).disable_mfa(off(MfaMethod::Totp, &code)).await.unwrap();
}

#[tokio::test]
async fn a_code_that_was_used_for_a_login_turns_nothing_off() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let code = code_of(&alice.app);
    let challenge = challenged(&service, "alice@example.org").await;
    auth(&service.stranger()).complete_mfa(answer(&challenge, MfaMethod::Totp, &code)).await.unwrap();
    let replayed = auth(&alice.user).disable_mfa(off(MfaMethod::Totp, &code)).await;
    assert_refused(&replayed, Code::PermissionDenied, "CODE_WRONG");
}

#[tokio::test]
async fn a_code_that_was_sent_counts_for_the_session_that_asked_for_it() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    turned_on(&service, &alice, MfaMethod::Email, "").await;
    let here = signed_in_by_code(&service, "alice@example.org", alice.id, MfaMethod::Email).await;
    let elsewhere = signed_in_by_code(&service, "alice@example.org", alice.id, MfaMethod::Email).await;
    let challenge = begun(&here, MfaMethod::Email, &[]).await;
    request_code(&service, &challenge, MfaMethod::Email).await;
    let code = sent_code(&service, "code");
    let sent = || DisableMfaRequest { challenge_id: challenge.id.clone(), ..off(MfaMethod::Email, &code) };
    let refused = auth(&elsewhere).disable_mfa(sent()).await;
    assert_refused(&refused, Code::PermissionDenied, "CODE_WRONG");
    auth(&here).disable_mfa(sent()).await.unwrap();
}

#[tokio::test]
async fn the_other_factor_and_the_recovery_codes_stay() {
    let service = start().await;
    let alice = with_both(&service).await;
    let request = off(MfaMethod::Totp, &code_of(&alice.app));
    let settings = auth(&alice.user).disable_mfa(request).await.unwrap().into_inner().settings.unwrap();
    assert_eq!((settings.enabled, settings.recovery_codes_left), (true, 10));
    assert_eq!(settings.methods, [i32::from(MfaMethod::Email)]);
    let challenge = challenged(&service, "alice@example.org").await;
    assert_eq!(challenge.methods, [i32::from(MfaMethod::Email), i32::from(MfaMethod::Recovery)]);
}

/// Somebody with an app and codes by e-mail, in a new session.
async fn with_both(service: &TestService<Auth>) -> Armed {
    let before = armed(service, "alice@example.org").await;
    turned_on(service, &before.user, MfaMethod::Email, "").await;
    let challenge = challenged(service, "alice@example.org").await;
    let request = answer(&challenge, MfaMethod::Totp, &code_of(&before.app));
    let opened = auth(&service.stranger()).complete_mfa(request).await.unwrap().into_inner().tokens.unwrap();
    forget_the_step(service).await;
    Armed { user: service.with_token(before.user.id, &opened.access_token), ..before }
}

#[tokio::test]
async fn what_is_not_on_cannot_be_turned_off() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let refused = auth(&alice.user).disable_mfa(off(MfaMethod::Sms, &code_of(&alice.app))).await;
    assert_refused(&refused, Code::FailedPrecondition, "MFA_NOT_ENABLED");
    let nothing = DisableMfaRequest { password: String::new(), ..off(MfaMethod::Recovery, "") };
    assert_fields(&auth(&alice.user).disable_mfa(nothing).await, &["method", "password", "code"]);
}

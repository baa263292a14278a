use proto::azora::auth::v1::{EnrollMfaMethodRequest, GetMfaSettingsRequest, MfaMethod};
use sea_orm::ConnectionTrait;
use shared::testing::{Outcome, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::confirm_mfa_method::{confirmation, signed_in_by_code, turned_on};
use crate::send_mfa_code::{PHONE, forget_the_pause, sent_code};
use crate::{PASSWORD, auth, log_in, messages, signed_in, start};

pub fn enrolment(method: MfaMethod, phone: &str) -> EnrollMfaMethodRequest {
    EnrollMfaMethodRequest {
        request_id: new_id(),
        method: method.into(),
        phone: phone.into(),
        password: PASSWORD.into(),
    }
}

#[tokio::test]
async fn a_code_goes_to_the_number_and_until_it_comes_back_nothing_is_on() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let enrolled = auth(&alice).enroll_mfa_method(enrolment(MfaMethod::Sms, PHONE)).await.unwrap().into_inner();
    service.audit_ends_with("auth.mfa_method.enroll", Outcome::Ok, &alice).await;
    assert_eq!(enrolled.challenge.unwrap().methods, [i32::from(MfaMethod::Sms)]);
    assert!(messages(&service, "sms")[0].contains(&format!("to: {PHONE}")));
    let settings =
        auth(&alice).get_mfa_settings(GetMfaSettingsRequest {}).await.unwrap().into_inner().settings.unwrap();
    assert_eq!((settings.enabled, settings.phone_hint.as_str()), (false, ""));
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
}

#[tokio::test]
async fn the_code_for_one_number_does_not_turn_another_on() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let first = auth(&alice).enroll_mfa_method(enrolment(MfaMethod::Sms, PHONE)).await.unwrap().into_inner();
    let code = sent_code(&service, "sms");
    forget_the_pause(&service).await;
    auth(&alice).enroll_mfa_method(enrolment(MfaMethod::Sms, "+4915187654321")).await.unwrap();
    let replaced = auth(&alice).confirm_mfa_method(confirmation(&first.challenge.unwrap(), &code)).await;
    assert_refused(&replaced, Code::PermissionDenied, "CODE_WRONG");
}

#[tokio::test]
async fn what_is_on_is_not_turned_on_again_and_an_address_has_to_be_proved() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    service
        .connection()
        .execute_unprepared("UPDATE users SET is_email_verified = false, email_verified_at = NULL")
        .await
        .unwrap();
    let unproved = auth(&alice).enroll_mfa_method(enrolment(MfaMethod::Email, "")).await;
    assert_refused(&unproved, Code::FailedPrecondition, "EMAIL_NOT_VERIFIED");

    let bob = signed_in(&service, "bob@example.org").await;
    turned_on(&service, &bob, MfaMethod::Sms, PHONE).await;
    let bob = signed_in_by_code(&service, "bob@example.org", bob.id, MfaMethod::Sms).await;
    let again = auth(&bob).enroll_mfa_method(enrolment(MfaMethod::Sms, PHONE)).await;
    assert_refused(&again, Code::FailedPrecondition, "MFA_ALREADY_ENABLED");
}

#[tokio::test]
async fn codes_are_sent_no_faster_than_for_a_login() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    auth(&alice).enroll_mfa_method(enrolment(MfaMethod::Email, "")).await.unwrap();
    let again = auth(&alice).enroll_mfa_method(enrolment(MfaMethod::Email, "")).await;
    assert_refused(&again, Code::ResourceExhausted, "THROTTLED");
    assert_eq!(messages(&service, "code").len(), 1);
}

#[tokio::test]
async fn what_cannot_be_a_method_or_a_number_is_named() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    for phone in ["", "4915112345678", "+123456", "+1234567890123456", "+49 151 12345678"] {
        assert_fields(&auth(&alice).enroll_mfa_method(enrolment(MfaMethod::Sms, phone)).await, &["phone"]);
    }
    for method in [MfaMethod::Unspecified, MfaMethod::Totp, MfaMethod::Recovery] {
        assert_fields(&auth(&alice).enroll_mfa_method(enrolment(method, "")).await, &["method"]);
    }
}

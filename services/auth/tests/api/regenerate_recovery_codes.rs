use proto::azora::auth::v1::{MfaMethod, RegenerateRecoveryCodesRequest};
use shared::testing::{Outcome, assert_fields, assert_refused};
use tonic::Code;

use crate::complete_mfa::{answer, challenged};
use crate::confirm_totp::armed;
use crate::enroll_totp::{code_of, wrong_code_of};
use crate::{PASSWORD, auth, messages, signed_in, start};

fn request(password: &str, code: &str) -> RegenerateRecoveryCodesRequest {
    RegenerateRecoveryCodesRequest { password: password.into(), code: code.into(), challenge_id: String::new() }
}

#[tokio::test]
async fn the_new_codes_work_and_the_old_ones_are_dead() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let by_app = request(PASSWORD, &code_of(&alice.app));
    let new = auth(&alice.user).regenerate_recovery_codes(by_app).await.unwrap().into_inner().recovery_codes;
    service.audit_ends_with("auth.recovery_codes.regenerate", Outcome::Ok, &alice.user).await;
    assert!(new.len() == 10 && new.iter().all(|code| !alice.recovery.contains(code)));
    assert_eq!(messages(&service, "factors-changed").len(), 2);

    let challenge = challenged(&service, "alice@example.org").await;
    let old = answer(&challenge, MfaMethod::Recovery, &alice.recovery[0]);
    let refused = auth(&service.stranger()).complete_mfa(old).await;
    assert_refused(&refused, Code::Unauthenticated, "CODE_WRONG");
    let new = answer(&challenge, MfaMethod::Recovery, &new[0]);
    auth(&service.stranger()).complete_mfa(new).await.unwrap();
}

#[tokio::test]
async fn the_password_and_a_factor_are_needed() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let wrong = request("three small rivulets", &code_of(&alice.app));
    let refused = auth(&alice.user).regenerate_recovery_codes(wrong).await;
    assert_refused(&refused, Code::PermissionDenied, "PASSWORD_WRONG");
    let wrong = request(PASSWORD, &wrong_code_of(&alice.app));
    let refused = auth(&alice.user).regenerate_recovery_codes(wrong).await;
    assert_refused(&refused, Code::PermissionDenied, "CODE_WRONG");
    assert_fields(&auth(&alice.user).regenerate_recovery_codes(request("", "")).await, &["password", "code"]);
}

#[tokio::test]
async fn an_old_code_may_buy_the_new_ones() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let by_code = request(PASSWORD, &alice.recovery[0]);
    auth(&alice.user).regenerate_recovery_codes(by_code).await.unwrap();
}

#[tokio::test]
async fn without_a_second_factor_there_is_nothing_to_recover() {
    let service = start().await;
    let bob = signed_in(&service, "bob@example.org").await;
    let refused = auth(&bob).regenerate_recovery_codes(request(PASSWORD, "123456")).await;
    assert_refused(&refused, Code::FailedPrecondition, "MFA_NOT_ENABLED");
}

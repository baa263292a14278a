use proto::azora::auth::v1::{MfaChallenge, MfaMethod, StartStepUpRequest};
use shared::testing::{Outcome, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::complete_mfa::answer;
use crate::confirm_totp::armed;
use crate::enroll_totp::code_of;
use crate::{auth, signed_in, start};

fn request(method: MfaMethod, digest: &[u8]) -> StartStepUpRequest {
    StartStepUpRequest { request_id: new_id(), method: method.into(), operation_digest: digest.into() }
}

/// A step-up that the session of `user` has begun.
pub async fn begun(user: &TestUser, method: MfaMethod, digest: &[u8]) -> MfaChallenge {
    auth(user).start_step_up(request(method, digest)).await.unwrap().into_inner().challenge.unwrap()
}

#[tokio::test]
async fn it_is_answered_in_the_way_it_was_begun_for() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let challenge = begun(&alice.user, MfaMethod::Totp, &[]).await;
    service.audit_ends_with("auth.step_up.start", Outcome::Ok, &alice.user).await;
    assert_eq!(challenge.methods, [i32::from(MfaMethod::Totp)]);
    let otherwise = answer(&challenge, MfaMethod::Recovery, &alice.recovery[0]);
    let refused = auth(&alice.user).complete_mfa(otherwise).await;
    assert_refused(&refused, Code::Unauthenticated, "CODE_WRONG");
    let right = answer(&challenge, MfaMethod::Totp, &code_of(&alice.app));
    auth(&alice.user).complete_mfa(right).await.unwrap();
}

#[tokio::test]
async fn a_method_that_is_not_on_proves_nothing() {
    let service = start().await;
    let bob = signed_in(&service, "bob@example.org").await;
    let refused = auth(&bob).start_step_up(request(MfaMethod::Totp, &[])).await;
    assert_refused(&refused, Code::FailedPrecondition, "MFA_NOT_ENABLED");
    let alice = armed(&service, "alice@example.org").await;
    let refused = auth(&alice.user).start_step_up(request(MfaMethod::Email, &[])).await;
    assert_refused(&refused, Code::FailedPrecondition, "MFA_NOT_ENABLED");
}

#[tokio::test]
async fn what_cannot_be_a_step_up_is_named() {
    let service = start().await;
    let bob = signed_in(&service, "bob@example.org").await;
    let refused = auth(&bob).start_step_up(request(MfaMethod::Unspecified, &[1; 31])).await;
    assert_fields(&refused, &["method", "operation_digest"]);
}

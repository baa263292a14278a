use std::collections::HashSet;

use auth::Auth;
use proto::azora::auth::v1::{
    ConfirmTotpRequest, GetMfaSettingsRequest, ListSessionsRequest, MfaMethod, RefreshTokenRequest,
};
use shared::id::UserId;
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused};
use tonic::Code;
use totp_rs::TOTP;

use crate::complete_mfa::{answer, challenged};
use crate::enroll_totp::{code_of, enrolled, forget_the_step, refreshed, wrong_code_of};
use crate::{PASSWORD, auth, log_in, messages, signed_in, start, verified};

/// Somebody whose authenticator app is on, in the session that has turned it on.
pub struct Armed {
    pub user: TestUser,
    pub app: TOTP,
    pub recovery: Vec<String>,
}

/// A new account with an app; the code that confirmed it counts as long past.
pub async fn armed(service: &TestService<Auth>, email: &str) -> Armed {
    let account = verified(service, email).await;
    let id: UserId = uuid::Uuid::parse_str(&account.id).unwrap().into();
    let tokens = log_in(service, email, PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let before = service.with_token(id, &tokens.access_token);
    let app = enrolled(&before).await;
    let confirmed = auth(&before).confirm_totp(confirmation(&code_of(&app))).await.unwrap().into_inner();
    forget_the_step(service).await;
    let user = service.with_token(id, &refreshed(service, &tokens).await.access_token);
    Armed { user, app, recovery: confirmed.recovery_codes }
}

fn confirmation(code: &str) -> ConfirmTotpRequest {
    ConfirmTotpRequest { code: code.into() }
}

#[tokio::test]
async fn a_code_turns_the_app_on_ends_the_other_sessions_and_shows_ten_recovery_codes() {
    let service = start().await;
    let account = verified(&service, "alice@example.org").await;
    let own = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let other = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let id: UserId = uuid::Uuid::parse_str(&account.id).unwrap().into();
    let alice = service.with_token(id, &own.access_token);
    let app = enrolled(&alice).await;
    let codes = auth(&alice).confirm_totp(confirmation(&code_of(&app))).await.unwrap().into_inner().recovery_codes;
    service.audit_ends_with("auth.totp.confirm", Outcome::Ok, &alice).await;

    let well_formed = |code: &String| {
        let groups: Vec<&str> = code.split('-').collect();
        let base32 = |letter: char| matches!(letter, 'A'..='Z' | '2'..='7');
        groups.len() == 4 && groups.iter().all(|group| group.len() == 4 && group.chars().all(base32))
    };
    assert!(codes.iter().all(well_formed), "{codes:?}");
    assert_eq!(codes.iter().collect::<HashSet<_>>().len(), 10);
    assert_eq!(messages(&service, "factors-changed").len(), 1);

    let request = RefreshTokenRequest { refresh_token: other.refresh_token, proof: None };
    let ended = auth(&service.stranger()).refresh_token(request).await;
    assert_refused(&ended, Code::Unauthenticated, "SESSION_ENDED");
    let alice = service.with_token(id, &refreshed(&service, &own).await.access_token);
    let sessions = auth(&alice).list_sessions(ListSessionsRequest::default()).await.unwrap().into_inner().sessions;
    assert_eq!((sessions.len(), sessions[0].assurance), (1, 2));
    let settings =
        auth(&alice).get_mfa_settings(GetMfaSettingsRequest {}).await.unwrap().into_inner().settings.unwrap();
    assert_eq!((settings.enabled, settings.recovery_codes_left), (true, 10));
    assert_eq!(settings.methods, [i32::from(MfaMethod::Totp)]);
}

#[tokio::test]
async fn the_code_that_confirms_is_spent() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let app = enrolled(&alice).await;
    let code = code_of(&app);
    auth(&alice).confirm_totp(confirmation(&code)).await.unwrap();
    let challenge = challenged(&service, "alice@example.org").await;
    let again = auth(&service.stranger()).complete_mfa(answer(&challenge, MfaMethod::Totp, &code)).await;
    assert_refused(&again, Code::Unauthenticated, "CODE_WRONG");
}

#[tokio::test]
async fn wrong_codes_turn_nothing_on_and_are_counted() {
    let service = TestService::<Auth>::with_settings("bcrypt_cost = 4\nfactor_guesses_per_day = 5").await;
    let alice = signed_in(&service, "alice@example.org").await;
    let app = enrolled(&alice).await;
    for _ in 0..5 {
        let wrong = auth(&alice).confirm_totp(confirmation(&wrong_code_of(&app))).await;
        assert_refused(&wrong, Code::PermissionDenied, "CODE_WRONG");
    }
    let right = auth(&alice).confirm_totp(confirmation(&code_of(&app))).await;
    assert_refused(&right, Code::ResourceExhausted, "THROTTLED");
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
}

#[tokio::test]
async fn without_a_secret_that_waits_there_is_nothing_to_confirm() {
    let service = start().await;
    let bob = signed_in(&service, "bob@example.org").await;
    let refused = auth(&bob).confirm_totp(confirmation("123456")).await;
    assert_refused(&refused, Code::FailedPrecondition, "MFA_NOT_ENROLLING");
    let alice = armed(&service, "alice@example.org").await;
    let refused = auth(&alice.user).confirm_totp(confirmation(&code_of(&alice.app))).await;
    assert_refused(&refused, Code::FailedPrecondition, "MFA_NOT_ENROLLING");
    assert_fields(&auth(&bob).confirm_totp(confirmation("12345")).await, &["code"]);
}

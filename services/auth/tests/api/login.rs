use auth::Auth;
use proto::azora::auth::v1::{GetMeRequest, LoginRequest, LoginResponse, RecordedRegistration, RegisterRequest};
use sea_orm::ConnectionTrait;
use shared::testing::{TestService, assert_fields, assert_refused};
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

use crate::{PASSWORD, auth, registration, start, verified};

pub async fn log_in(
    service: &TestService<Auth>,
    email: &str,
    password: &str,
) -> Result<Response<LoginResponse>, Status> {
    let request = LoginRequest { email: email.into(), password: password.into(), device_label: String::new() };
    auth(&service.stranger()).login(request).await
}

#[tokio::test]
async fn the_right_password_gives_a_token_that_says_who_calls() {
    let service = start().await;
    let alice = verified(&service, "alice@example.org").await;
    let tokens = log_in(&service, "ALICE@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let caller = service.with_token(uuid::Uuid::parse_str(&alice.id).unwrap().into(), &tokens.access_token);
    let me = auth(&caller).get_me(GetMeRequest {}).await.unwrap().into_inner().user.unwrap();
    assert_eq!((me.id, me.email.as_str()), (alice.id, "alice@example.org"));
    assert!(me.last_login_at.is_some());
}

#[tokio::test]
async fn every_wrong_combination_is_refused_alike() {
    let service = start().await;
    verified(&service, "alice@example.org").await;
    let wrong = log_in(&service, "alice@example.org", "three small rivulets").await;
    let unknown = log_in(&service, "bob@example.org", PASSWORD).await;
    service.connection().execute_unprepared("UPDATE users SET status = 'suspended'").await.unwrap();
    let suspended = log_in(&service, "alice@example.org", PASSWORD).await;
    for refused in [&wrong, &unknown, &suspended] {
        assert_refused(refused, Code::Unauthenticated, "BAD_CREDENTIALS");
        assert_eq!(refused.as_ref().unwrap_err().message(), wrong.as_ref().unwrap_err().message());
    }
}

#[tokio::test]
async fn after_five_wrong_passwords_the_account_waits_even_for_the_right_one() {
    let service = start().await;
    verified(&service, "alice@example.org").await;
    for _ in 0..5 {
        let wrong = log_in(&service, "alice@example.org", "three small rivulets").await;
        assert_refused(&wrong, Code::Unauthenticated, "BAD_CREDENTIALS");
    }
    let right = log_in(&service, "alice@example.org", PASSWORD).await;
    assert_refused(&right, Code::Unauthenticated, "BAD_CREDENTIALS");
    assert!(right.unwrap_err().get_error_details().retry_info().is_none(), "a locked account is told apart");

    service.connection().execute_unprepared("UPDATE users SET locked_until = created_at").await.unwrap();
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_password_is_the_same_however_its_accents_are_typed() {
    let service = start().await;
    let recorded = Some(RecordedRegistration { email_verified: true });
    let request = RegisterRequest { password: "\u{e9}".repeat(256), recorded, ..registration("alice@example.org") };
    auth(&service.service("seed")).register(request).await.unwrap();
    log_in(&service, "alice@example.org", &"e\u{301}".repeat(256)).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_a_login_is_named() {
    let service = start().await;
    assert_fields(&log_in(&service, "", "").await, &["email", "password"]);
}

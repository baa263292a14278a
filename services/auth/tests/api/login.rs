use auth::Auth;
use auth::entity::user;
use proto::azora::auth::v1::{
    GetMeRequest, LoginRequest, LoginResponse, RecordedRegistration, RefreshTokenRequest, RegisterRequest,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use shared::testing::{TestService, assert_fields, assert_refused};
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

use crate::{PASSWORD, auth, messages, registration, start, verified};

pub async fn log_in(
    service: &TestService<Auth>,
    email: &str,
    password: &str,
) -> Result<Response<LoginResponse>, Status> {
    let request = LoginRequest { email: email.into(), password: password.into(), ..LoginRequest::default() };
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
async fn after_five_wrong_passwords_the_account_waits_even_for_the_right_one_and_an_unknown_one_alike() {
    let service = start().await;
    verified(&service, "alice@example.org").await;
    for address in ["alice@example.org", "bob@example.org"] {
        for _ in 0..5 {
            let wrong = log_in(&service, address, "three small rivulets").await;
            assert_refused(&wrong, Code::Unauthenticated, "BAD_CREDENTIALS");
            assert!(wrong.unwrap_err().get_error_details().retry_info().is_none());
        }
        let right = log_in(&service, address, PASSWORD).await;
        assert_refused(&right, Code::Unauthenticated, "BAD_CREDENTIALS");
        let wait = right.unwrap_err().get_error_details().retry_info().unwrap().retry_delay.unwrap();
        assert!((800..=900).contains(&wait.as_secs()), "{wait:?}");
    }
    service.connection().execute_unprepared("UPDATE throttle_counters SET blocked_until = window_start").await.unwrap();
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_hash_of_an_older_cost_is_replaced_by_the_login_that_proves_the_password() {
    let service = start().await;
    let alice = verified(&service, "alice@example.org").await;
    let row =
        async || user::Entity::find().filter(user::Column::Email.eq(&alice.email)).one(service.connection()).await;
    // What an import leaves: plain bcrypt of another cost.
    let imported = bcrypt::hash(PASSWORD, 5).unwrap();
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(imported))
        .exec(service.connection())
        .await
        .unwrap();
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap();
    let replaced = row().await.unwrap().unwrap().password_hash.unwrap();
    assert!(replaced.starts_with("b1$"), "{replaced}");
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap();
    assert_eq!(row().await.unwrap().unwrap().password_hash, Some(replaced), "once is enough");
}

#[tokio::test]
async fn a_new_device_is_told_to_the_owner_and_a_known_one_is_not() {
    let service = start().await;
    verified(&service, "alice@example.org").await;
    let first = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    assert!(first.device_token.starts_with("azd_"));
    assert_eq!(messages(&service, "new-device").len(), 0, "the first login of all is no news");
    let request = LoginRequest {
        email: "alice@example.org".into(),
        password: PASSWORD.into(),
        device_token: first.device_token,
        ..LoginRequest::default()
    };
    let known = auth(&service.stranger()).login(request).await.unwrap().into_inner().tokens.unwrap();
    assert_eq!((known.device_token.as_str(), messages(&service, "new-device").len()), ("", 0));
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap();
    assert_eq!(messages(&service, "new-device").len(), 1);
}

#[tokio::test]
async fn beyond_the_most_sessions_the_one_that_rested_longest_ends() {
    let service = TestService::<Auth>::with_settings("bcrypt_cost = 4\nsessions_per_user = 2").await;
    verified(&service, "alice@example.org").await;
    let mut opened = Vec::new();
    for _ in 0..3 {
        let tokens = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
        opened.push(tokens.refresh_token);
    }
    let refresh = async |refresh_token: &String| {
        let request = RefreshTokenRequest { refresh_token: refresh_token.clone(), ..RefreshTokenRequest::default() };
        auth(&service.stranger()).refresh_token(request).await
    };
    assert_refused(&refresh(&opened[0]).await, Code::Unauthenticated, "SESSION_ENDED");
    refresh(&opened[1]).await.unwrap();
    refresh(&opened[2]).await.unwrap();
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

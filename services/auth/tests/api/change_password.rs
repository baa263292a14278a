use auth::entity::throttle_counter;
use chrono::Duration;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{ChangePasswordRequest, RefreshTokenRequest};
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use shared::clock;
use shared::testing::{Outcome, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{PASSWORD, auth, log_in, signed_in, start, verified};

const NEW: &str = "seven tall rivers";

fn change(current: &str, new: &str) -> ChangePasswordRequest {
    ChangePasswordRequest { request_id: new_id(), current_password: current.into(), new_password: new.into() }
}

#[tokio::test]
async fn the_new_password_opens_the_old_one_does_not_and_other_sessions_end() {
    let service = start().await;
    let account = verified(&service, "alice@example.org").await;
    let own = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let other = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let alice = service.with_token(uuid::Uuid::parse_str(&account.id).unwrap().into(), &own.access_token);

    auth(&alice).change_password(change(PASSWORD, NEW)).await.unwrap();
    service.audit_ends_with("auth.password.change", Outcome::Ok, &alice).await;

    let old = log_in(&service, "alice@example.org", PASSWORD).await;
    assert_refused(&old, Code::Unauthenticated, "BAD_CREDENTIALS");
    log_in(&service, "alice@example.org", NEW).await.unwrap();
    let refresh =
        async |refresh_token| auth(&alice).refresh_token(RefreshTokenRequest { refresh_token, proof: None }).await;
    assert_refused(&refresh(other.refresh_token).await, Code::Unauthenticated, "SESSION_ENDED");
    refresh(own.refresh_token).await.unwrap();
}

#[tokio::test]
async fn after_five_wrong_ones_the_session_waits_and_the_login_does_not() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    for _ in 0..5 {
        let refused = auth(&alice).change_password(change("wrong", NEW)).await;
        assert_refused(&refused, Code::PermissionDenied, "PASSWORD_WRONG");
    }
    // The sixth is judged, and makes the next one wait.
    let sixth = auth(&alice).change_password(change("wrong", NEW)).await;
    assert_refused(&sixth, Code::PermissionDenied, "PASSWORD_WRONG");
    let tomorrow = Expr::value(clock::now() + Duration::days(1));
    let waits = throttle_counter::Entity::update_many().col_expr(throttle_counter::Column::BlockedUntil, tomorrow);
    waits.exec(service.connection()).await.unwrap();
    // How long it still waits changes with each repeat.
    let mut once = AuthServiceClient::new(alice.channel().once());
    let right = once.change_password(change(PASSWORD, NEW)).await;
    assert_refused(&right, Code::ResourceExhausted, "THROTTLED");
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_new_password_follows_the_rules() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let common = auth(&alice).change_password(change(PASSWORD, "password1")).await;
    assert_refused(&common, Code::InvalidArgument, "PASSWORD_TOO_COMMON");
    let bad = auth(&alice).change_password(change("", &"x".repeat(257))).await;
    assert_fields(&bad, &["current_password", "new_password"]);
}

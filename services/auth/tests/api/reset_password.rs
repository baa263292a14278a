use auth::Auth;
use auth::entity::token;
use chrono::Duration;
use proto::azora::auth::v1::{RefreshTokenRequest, RequestPasswordResetRequest, ResetPasswordRequest};
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use shared::testing::{TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::confirm_totp::armed;
use crate::{PASSWORD, auth, log_in, mails, registration, start, verified};

const NEW: &str = "seven tall rivers";

fn reset(token: &str, new: &str) -> ResetPasswordRequest {
    ResetPasswordRequest { request_id: new_id(), token: token.into(), new_password: new.into() }
}

async fn token_for(service: &TestService<Auth>, email: &str) -> String {
    let request = RequestPasswordResetRequest { request_id: new_id(), email: email.into() };
    auth(&service.stranger()).request_password_reset(request).await.unwrap();
    mails(service, "reset").remove(0)
}

#[tokio::test]
async fn the_new_password_opens_and_every_session_before_it_has_ended() {
    let service = start().await;
    verified(&service, "alice@example.org").await;
    let before = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let token = token_for(&service, "alice@example.org").await;
    let nobody = service.stranger();

    auth(&nobody).reset_password(reset(&token, NEW)).await.unwrap();

    let refresh = RefreshTokenRequest { refresh_token: before.refresh_token, proof: None };
    assert_refused(&auth(&nobody).refresh_token(refresh).await, Code::Unauthenticated, "SESSION_ENDED");
    let old = log_in(&service, "alice@example.org", PASSWORD).await;
    assert_refused(&old, Code::Unauthenticated, "BAD_CREDENTIALS");
    log_in(&service, "alice@example.org", NEW).await.unwrap();
    let again = auth(&nobody).reset_password(reset(&token, "nine deep rivers")).await;
    assert_refused(&again, Code::FailedPrecondition, "TOKEN_SPENT");
}

#[tokio::test]
async fn the_mailbox_proves_an_address_that_somebody_else_may_have_registered() {
    let service = start().await;
    auth(&service.stranger()).register(registration("alice@example.org")).await.unwrap();
    let token = token_for(&service, "alice@example.org").await;
    auth(&service.stranger()).reset_password(reset(&token, NEW)).await.unwrap();
    log_in(&service, "alice@example.org", NEW).await.unwrap();
}

#[tokio::test]
async fn a_refused_password_leaves_the_token_usable_and_time_does_not() {
    let service = start().await;
    verified(&service, "alice@example.org").await;
    let token = token_for(&service, "alice@example.org").await;
    let nobody = service.stranger();
    let common = auth(&nobody).reset_password(reset(&token, "password1")).await;
    assert_refused(&common, Code::InvalidArgument, "PASSWORD_TOO_COMMON");
    let past = Expr::value(shared::clock::now() - Duration::seconds(1));
    let aged = token::Entity::update_many().col_expr(token::Column::ExpiresAt, past);
    aged.exec(service.connection()).await.unwrap();
    assert_refused(&auth(&nobody).reset_password(reset(&token, NEW)).await, Code::FailedPrecondition, "TOKEN_SPENT");
    let bad = auth(&nobody).reset_password(reset("x", "short")).await;
    assert_fields(&bad, &["token", "new_password"]);
}

#[tokio::test]
async fn the_mailbox_alone_does_not_get_past_a_second_factor() {
    let service = start().await;
    armed(&service, "alice@example.org").await;
    let token = token_for(&service, "alice@example.org").await;
    auth(&service.stranger()).reset_password(reset(&token, NEW)).await.unwrap();
    let answer = log_in(&service, "alice@example.org", NEW).await.unwrap().into_inner();
    assert!(answer.tokens.is_none() && answer.mfa_challenge.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_uses_at_once_succeeds() {
    let service = start().await;
    verified(&service, "alice@example.org").await;
    let token = token_for(&service, "alice@example.org").await;
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..16 {
        let (nobody, token) = (service.stranger(), token.clone());
        asking.spawn(async move {
            let mut client =
                proto::azora::auth::v1::auth_service_client::AuthServiceClient::new(nobody.channel().once());
            client.reset_password(reset(&token, &format!("river number {number}"))).await.is_ok()
        });
    }
    assert_eq!(asking.join_all().await.into_iter().filter(|succeeded| *succeeded).count(), 1);
}

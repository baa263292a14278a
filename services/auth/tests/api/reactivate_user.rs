use proto::azora::auth::v1::{ReactivateUserRequest, RefreshTokenRequest};
use shared::testing::{assert_refused, new_id};
use tonic::Code;

use crate::suspend_user::suspension;
use crate::{PASSWORD, auth, log_in, start, verified};

#[tokio::test]
async fn the_account_opens_again_and_old_sessions_do_not() {
    let service = start().await;
    let alice = verified(&service, "alice@example.org").await;
    let before = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let root = service.admin("root");
    let reactivation = || ReactivateUserRequest { request_id: new_id(), user_id: alice.id.clone() };
    let early = auth(&root).reactivate_user(reactivation()).await;
    assert_refused(&early, Code::FailedPrecondition, "USER_NOT_SUSPENDED");

    auth(&root).suspend_user(suspension(&alice.id)).await.unwrap();
    auth(&root).reactivate_user(reactivation()).await.unwrap();
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap();
    let refresh = RefreshTokenRequest { refresh_token: before.refresh_token, proof: None };
    assert_refused(&auth(&root).refresh_token(refresh).await, Code::Unauthenticated, "SESSION_ENDED");
}

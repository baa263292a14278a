use proto::azora::auth::v1::{RefreshTokenRequest, SuspendUserRequest, UserStatus};
use shared::testing::{Outcome, assert_refused, new_id};
use tonic::Code;

use crate::{PASSWORD, admin, auth, log_in, start, verified};

pub fn suspension(user_id: &str) -> SuspendUserRequest {
    SuspendUserRequest { request_id: new_id(), user_id: user_id.to_owned() }
}

#[tokio::test]
async fn a_suspended_account_is_out_and_its_sessions_too() {
    let service = start().await;
    let alice = verified(&service, "alice@example.org").await;
    let tokens = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let root = service.admin("root");

    let user = auth(&root).suspend_user(suspension(&alice.id)).await.unwrap().into_inner().user.unwrap();
    assert_eq!(user.status(), UserStatus::Suspended);
    service.audit_ends_with("auth.user.suspend", Outcome::Ok, &root).await;

    let login = log_in(&service, "alice@example.org", PASSWORD).await;
    assert_refused(&login, Code::Unauthenticated, "BAD_CREDENTIALS");
    let refresh = RefreshTokenRequest { refresh_token: tokens.refresh_token, proof: None };
    assert_refused(&auth(&root).refresh_token(refresh).await, Code::Unauthenticated, "SESSION_ENDED");
    let again = auth(&root).suspend_user(suspension(&alice.id)).await;
    assert_refused(&again, Code::FailedPrecondition, "USER_NOT_ACTIVE");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let service = start().await;
    let (first, second) = (admin(&service, "a@example.org").await, admin(&service, "b@example.org").await);
    let root = service.admin("root");
    auth(&root).suspend_user(suspension(&first.id)).await.unwrap();
    let last = auth(&root).suspend_user(suspension(&second.id)).await;
    assert_refused(&last, Code::FailedPrecondition, "LAST_ADMIN");
}

#[tokio::test]
async fn only_administrators_suspend() {
    let service = start().await;
    let alice = verified(&service, "alice@example.org").await;
    for caller in [service.student("bob"), service.educator("eve"), service.service("seed")] {
        let refused = auth(&caller).suspend_user(suspension(&alice.id)).await;
        assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    }
    let unknown = auth(&service.admin("root")).suspend_user(suspension(&new_id())).await;
    assert_refused(&unknown, Code::NotFound, "NOT_FOUND");
}

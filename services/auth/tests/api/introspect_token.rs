use proto::azora::auth::v1::{IntrospectTokenRequest, IntrospectTokenResponse, LogoutRequest};
use shared::testing::{TestUser, assert_refused, new_id};
use tonic::Code;

use crate::suspend_user::suspension;
use crate::{PASSWORD, auth, log_in, start, verified};

async fn asked(caller: &TestUser, token: &str) -> IntrospectTokenResponse {
    auth(caller).introspect_token(IntrospectTokenRequest { token: token.into() }).await.unwrap().into_inner()
}

#[tokio::test]
async fn a_token_is_good_until_its_session_ends_or_its_owner_is_suspended() {
    let service = start().await;
    let mint = service.service("mint");
    let account = verified(&service, "alice@example.org").await;
    let open = async || log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let (first, second) = (open().await, open().await);

    let told = asked(&mint, &first.access_token).await;
    assert!(told.active && told.expires_at.is_some());
    assert_eq!((&told.user_id, &told.session_id), (&account.id, &first.session_id));

    let alice = service.with_token(uuid::Uuid::parse_str(&account.id).unwrap().into(), &first.access_token);
    auth(&alice).logout(LogoutRequest { request_id: new_id() }).await.unwrap();
    assert_eq!(asked(&mint, &first.access_token).await, IntrospectTokenResponse::default());
    assert!(asked(&mint, &second.access_token).await.active);

    auth(&service.admin("root")).suspend_user(suspension(&account.id)).await.unwrap();
    assert_eq!(asked(&mint, &second.access_token).await, IntrospectTokenResponse::default());
}

#[tokio::test]
async fn what_is_no_token_is_not_active() {
    let service = start().await;
    for token in ["", "x", "a.b.c", &"x".repeat(10_000)] {
        assert_eq!(asked(&service.service("mint"), token).await, IntrospectTokenResponse::default());
    }
}

#[tokio::test]
async fn only_services_ask() {
    let service = start().await;
    for caller in [service.student("alice"), service.admin("root")] {
        let refused = auth(&caller).introspect_token(IntrospectTokenRequest::default()).await;
        assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    }
}

use proto::azora::auth::v1::{ListSessionsRequest, RefreshTokenRequest, RevokeOtherSessionsRequest};
use shared::testing::{assert_refused, new_id};
use tonic::Code;

use crate::{PASSWORD, auth, log_in, signed_in, start};

#[tokio::test]
async fn all_but_the_calling_session_end_and_nobody_elses() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let bob = signed_in(&service, "bob@example.org").await;
    let mut others = Vec::new();
    for _ in 0..2 {
        let tokens = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
        others.push(tokens.refresh_token);
    }
    let request = RevokeOtherSessionsRequest { request_id: new_id() };
    assert_eq!(auth(&alice).revoke_other_sessions(request).await.unwrap().into_inner().ended, 2);
    for refresh_token in others {
        let refused = auth(&alice).refresh_token(RefreshTokenRequest { refresh_token, proof: None }).await;
        assert_refused(&refused, Code::Unauthenticated, "SESSION_ENDED");
    }
    for user in [&alice, &bob] {
        let listed = auth(user).list_sessions(ListSessionsRequest::default()).await.unwrap().into_inner().sessions;
        assert_eq!(listed.len(), 1);
    }
}

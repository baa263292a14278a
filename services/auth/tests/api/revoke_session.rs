use proto::azora::auth::v1::{RefreshTokenRequest, RevokeSessionRequest};
use shared::testing::{Outcome, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{PASSWORD, auth, log_in, signed_in, start};

#[tokio::test]
async fn the_owner_ends_a_session_elsewhere_and_nobody_else_does() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let bob = signed_in(&service, "bob@example.org").await;
    let lost = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let revoke = || RevokeSessionRequest { request_id: new_id(), session_id: lost.session_id.clone() };

    assert_refused(&auth(&bob).revoke_session(revoke()).await, Code::NotFound, "NOT_FOUND");
    let ended = auth(&alice).revoke_session(revoke()).await.unwrap().into_inner();
    assert_eq!(ended.session_id, lost.session_id);
    service.audit_ends_with("auth.session.revoke", Outcome::Ok, &alice).await;

    let refused = auth(&alice)
        .refresh_token(RefreshTokenRequest { refresh_token: lost.refresh_token.clone(), proof: None })
        .await;
    assert_refused(&refused, Code::Unauthenticated, "SESSION_ENDED");
    assert_refused(&auth(&alice).revoke_session(revoke()).await, Code::NotFound, "NOT_FOUND");
    let unnamed = RevokeSessionRequest { request_id: new_id(), session_id: String::new() };
    assert_fields(&auth(&alice).revoke_session(unnamed).await, &["session_id"]);
}

use proto::azora::auth::v1::LogoutRequest;
use shared::testing::{Outcome, assert_refused, new_id};
use tonic::Code;

use crate::{auth, signed_in, start};

#[tokio::test]
async fn a_session_ends_once() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    auth(&alice).logout(LogoutRequest { request_id: new_id() }).await.unwrap();
    service.audit_ends_with("auth.logout.logout", Outcome::Ok, &alice).await;
    let again = auth(&alice).logout(LogoutRequest { request_id: new_id() }).await;
    assert_refused(&again, Code::NotFound, "NOT_FOUND");
}

use proto::azora::auth::v1::UnlockUserRequest;
use shared::testing::{assert_refused, new_id};
use tonic::Code;

use crate::{PASSWORD, auth, log_in, start, verified};

#[tokio::test]
async fn an_account_that_waits_is_let_in() {
    let service = start().await;
    let alice = verified(&service, "alice@example.org").await;
    for _ in 0..5 {
        log_in(&service, "alice@example.org", "wrong").await.unwrap_err();
    }
    let locked = log_in(&service, "alice@example.org", PASSWORD).await;
    assert_refused(&locked, Code::Unauthenticated, "BAD_CREDENTIALS");
    let request = UnlockUserRequest { request_id: new_id(), user_id: alice.id };
    auth(&service.admin("root")).unlock_user(request).await.unwrap();
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap();
}

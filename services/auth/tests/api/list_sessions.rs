use proto::azora::auth::v1::{ListSessionsRequest, LogoutRequest};
use shared::testing::new_id;

use crate::{PASSWORD, auth, log_in, signed_in, start};

#[tokio::test]
async fn the_caller_sees_their_own_open_sessions_and_which_one_calls() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let second = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    signed_in(&service, "bob@example.org").await;

    let listed = auth(&alice).list_sessions(ListSessionsRequest::default()).await.unwrap().into_inner().sessions;
    assert_eq!(listed.iter().map(|one| one.current).collect::<Vec<_>>(), [false, true]);
    assert_eq!(listed[0].id, second.session_id);

    let other = service.with_token(alice.id, &second.access_token);
    auth(&other).logout(LogoutRequest { request_id: new_id() }).await.unwrap();
    let listed = auth(&alice).list_sessions(ListSessionsRequest::default()).await.unwrap().into_inner().sessions;
    assert_eq!(listed.len(), 1);
}

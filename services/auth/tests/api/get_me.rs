use proto::azora::auth::v1::GetMeRequest;
use shared::testing::assert_refused;
use tonic::Code;

use crate::{auth, signed_in, start};

#[tokio::test]
async fn the_caller_is_told_who_they_are() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let me = auth(&alice).get_me(GetMeRequest {}).await.unwrap().into_inner().user.unwrap();
    assert_eq!(me.id, alice.id.to_string());
}

#[tokio::test]
async fn hostile_tokens_are_refused() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJ4In0.";
    for token in ["", "x", "a.b.c", unsigned, &"a".repeat(5000)] {
        let stranger = service.with_token(alice.id, token);
        let refused = auth(&stranger).get_me(GetMeRequest {}).await;
        assert_eq!(refused.as_ref().unwrap_err().code(), Code::Unauthenticated, "{token:.20}");
    }
    assert_refused(&auth(&service.stranger()).get_me(GetMeRequest {}).await, Code::Unauthenticated, "TOKEN_REQUIRED");
}

use proto::azora::auth::v1::GetUserRequest;
use shared::testing::{assert_refused, new_id};
use tonic::Code;

use crate::{auth, start, verified};

#[tokio::test]
async fn admins_and_services_see_an_account() {
    let service = start().await;
    let alice = verified(&service, "alice@example.org").await;
    for caller in [service.admin("root"), service.service("seed")] {
        let request = GetUserRequest { user_id: alice.id.clone() };
        assert_eq!(auth(&caller).get_user(request).await.unwrap().into_inner().user.unwrap().id, alice.id);
    }
    let request = GetUserRequest { user_id: alice.id };
    let refused = auth(&service.educator("bob")).get_user(request).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    let unknown = auth(&service.admin("root")).get_user(GetUserRequest { user_id: new_id() }).await;
    assert_refused(&unknown, Code::NotFound, "NOT_FOUND");
}

use proto::azora::auth::v1::GetProfileRequest;
use shared::testing::assert_refused;
use tonic::Code;

use crate::{auth, signed_in, start};

#[tokio::test]
async fn people_see_their_own_profile_and_admins_see_all() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let of_alice = GetProfileRequest { user_id: alice.id.to_string() };
    let own = auth(&alice).get_profile(GetProfileRequest::default()).await.unwrap().into_inner().profile.unwrap();
    assert_eq!((own.user_id, own.language.as_str()), (alice.id.to_string(), "en"));
    auth(&service.admin("root")).get_profile(of_alice.clone()).await.unwrap();
    let refused = auth(&service.student("bob")).get_profile(of_alice).await;
    assert_refused(&refused, Code::PermissionDenied, "NOT_OWNER");
}

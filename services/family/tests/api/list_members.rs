use family::Family;
use proto::azora::family::v1::ListMembersRequest;
use shared::testing::TestService;

use crate::family;

#[tokio::test]
async fn anybody_sees_the_eleven() {
    let service = TestService::<Family>::start().await;
    let members = family(&service.stranger()).list_members(ListMembersRequest {}).await.unwrap().into_inner().members;
    assert_eq!(members.len(), 11);
    assert!(members.iter().all(|member| member.traits.len() == 5 && member.moods.len() == 5));
    assert!(members.is_sorted_by_key(|member| member.name.clone()));
}

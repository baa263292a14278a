use family::Family;
use proto::azora::family::v1::GetMemberRequest;
use shared::testing::{TestService, assert_fields, assert_refused};
use tonic::Code;

use crate::family;

#[tokio::test]
async fn a_member_is_found_by_name_in_any_case() {
    let service = TestService::<Family>::start().await;
    let get = async |name: &str| family(&service.stranger()).get_member(GetMemberRequest { name: name.into() }).await;
    let elara = get("eLARA").await.unwrap().into_inner().member.unwrap();
    assert_eq!((elara.name.as_str(), elara.id.as_str()), ("Elara", "58ef1769-12a6-5933-af05-d8cee9bcf36f"));
    assert_refused(&get("Nobody").await, Code::NotFound, "NOT_FOUND");
    assert_fields(&get("").await, &["name"]);
}

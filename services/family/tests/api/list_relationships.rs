use family::Family;
use proto::azora::family::v1::ListRelationshipsRequest;
use shared::testing::{TestService, assert_refused};
use tonic::Code;

use crate::family;

#[tokio::test]
async fn all_55_pairs_are_there_in_both_directions() {
    let service = TestService::<Family>::start().await;
    let list = async |member: &str| {
        let request = ListRelationshipsRequest { member: member.into() };
        family(&service.stranger()).list_relationships(request).await
    };
    let all = list("").await.unwrap().into_inner().relationships;
    assert_eq!(all.len(), 110);
    assert!(all.iter().all(|one| all.iter().any(|other| other.of == one.member && other.member == one.of)));
    assert_eq!(list("Nexus").await.unwrap().into_inner().relationships.len(), 10);
    let of_elara = list("elara").await.unwrap().into_inner().relationships;
    let themba = of_elara.iter().find(|one| one.of == "Themba").unwrap();
    assert_eq!((themba.kind.as_str(), themba.bond.as_str()), ("mother", "nurturing"));
    assert_refused(&list("Nobody").await, Code::NotFound, "NOT_FOUND");
}

use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ActivityType, ListMiningRecordsRequest};
use shared::testing::{TestService, assert_refused};
use tonic::Code;

use crate::submit_proof_of_knowledge::{paid, proof_of};
use crate::{mint, wallet_in};

#[tokio::test]
async fn records_come_newest_first_page_by_page_and_can_be_narrowed() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    wallet_in(&alice, Currency::Azr).await;
    let mut made = Vec::new();
    for (activity, id) in [
        (ActivityType::LessonCompletion, "1"),
        (ActivityType::CourseCompletion, "1"),
        (ActivityType::LessonCompletion, "2"),
    ] {
        made.insert(0, paid(&service, proof_of(&alice, activity, id)).await);
    }
    let first = ListMiningRecordsRequest { page_size: 2, ..Default::default() };
    let first = mint(&alice).list_mining_records(first).await.unwrap().into_inner();
    let page_token = first.next_page_token.clone();
    let second = ListMiningRecordsRequest { page_size: 2, page_token, ..Default::default() };
    let second = mint(&alice).list_mining_records(second).await.unwrap().into_inner();
    assert_eq!([first.records, second.records].concat(), made);

    let lessons = || ListMiningRecordsRequest {
        user_id: alice.id.to_string(),
        activity_type: ActivityType::LessonCompletion.into(),
        ..Default::default()
    };
    let listed = mint(&service.service("nexus")).list_mining_records(lessons()).await.unwrap().into_inner().records;
    assert_eq!(listed, [made[0].clone(), made[2].clone()]);
    assert_refused(&mint(&bob).list_mining_records(lessons()).await, Code::PermissionDenied, "NOT_OWNER");
}

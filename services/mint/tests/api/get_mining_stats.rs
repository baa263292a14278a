use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ActivityType, GetMiningStatsRequest};
use shared::testing::{TestService, assert_refused};
use tonic::Code;

use crate::submit_proof_of_knowledge::{paid, proof_of};
use crate::{mint, wallet_in};

#[tokio::test]
async fn what_was_paid_is_summed_up() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let none = mint(&alice).get_mining_stats(GetMiningStatsRequest::default()).await.unwrap().into_inner();
    assert_eq!((none.total.as_str(), none.records, none.left_today.as_str()), ("0", 0, "10000"));
    wallet_in(&alice, Currency::Azr).await;
    for id in ["1", "2", "3"] {
        paid(&service, proof_of(&alice, ActivityType::LessonCompletion, id)).await;
    }
    paid(&service, proof_of(&alice, ActivityType::CourseCompletion, "1")).await;
    let request = || GetMiningStatsRequest { user_id: alice.id.to_string() };
    let told = mint(&service.admin("root")).get_mining_stats(request()).await.unwrap().into_inner();
    assert_eq!((told.total.as_str(), told.records), ("109", 4));
    assert_eq!((told.today.as_str(), told.left_today.as_str()), ("109", "9891"));
    let sums: Vec<_> = told.by_type.iter().map(|sum| (sum.activity_type(), sum.records, sum.total.as_str())).collect();
    assert_eq!(sums, [(ActivityType::CourseCompletion, 1, "100"), (ActivityType::LessonCompletion, 3, "9")]);
    assert_refused(&mint(&bob).get_mining_stats(request()).await, Code::PermissionDenied, "NOT_OWNER");
}

use education::Education;
use proto::azora::education::v1::{
    CreateCourseRequest, ListTransactionsRequest, ListTransactionsResponse, Student, TransactionStatus, TransactionType,
};
use shared::testing::{TestService, TestUser, assert_fields, assert_refused};
use tonic::Code;

use crate::{course, education, enrolled, fund, new_course, student};

async fn list(user: &TestUser, request: ListTransactionsRequest) -> ListTransactionsResponse {
    education(user).list_transactions(request).await.unwrap().into_inner()
}

fn all() -> ListTransactionsRequest {
    ListTransactionsRequest::default()
}

/// Alice had 100 AZR and has paid 10 and then 20 of them.
async fn scene(service: &TestService<Education>) -> (TestUser, Student) {
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    let learner = student(&alice).await;
    fund(service, &learner, 100).await;
    for price in ["10", "20"] {
        let request = CreateCourseRequest { price: price.into(), ..new_course("Python") };
        let id = course(&naledi, request).await.id;
        enrolled(&alice, &id).await;
    }
    (alice, learner)
}

#[tokio::test]
async fn movements_come_newest_first_and_lead_to_the_balance() {
    let service = TestService::<Education>::start().await;
    let (alice, _) = scene(&service).await;

    let listed = list(&alice, all()).await.transactions;

    let seen: Vec<_> =
        listed.iter().map(|row| (row.r#type(), row.amount.as_str(), row.balance_after.as_str())).collect();
    let expected = [
        (TransactionType::Payment, "20", "70"),
        (TransactionType::Payment, "10", "90"),
        (TransactionType::TopUp, "100", "100"),
    ];
    assert_eq!(seen, expected);
    assert!(listed.iter().all(|row| row.status() == TransactionStatus::Completed));
}

#[tokio::test]
async fn a_list_can_be_narrowed_by_type() {
    let service = TestService::<Education>::start().await;
    let (alice, _) = scene(&service).await;

    let payments = ListTransactionsRequest { r#type: TransactionType::Payment.into(), ..all() };

    assert_eq!(list(&alice, payments).await.transactions.len(), 2);
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_ended() {
    let service = TestService::<Education>::start().await;
    let (alice, _) = scene(&service).await;
    let whole = list(&alice, all()).await.transactions;

    let two = ListTransactionsRequest { page_size: 2, ..all() };
    let page = list(&alice, two.clone()).await;
    let rest = list(&alice, ListTransactionsRequest { page_token: page.next_page_token, ..two }).await;

    assert_eq!(page.transactions, whole[..2]);
    assert_eq!((&rest.transactions[..], rest.next_page_token.as_str()), (&whole[2..], ""));
}

#[tokio::test]
async fn only_admins_and_services_see_the_transactions_of_somebody_else() {
    let service = TestService::<Education>::start().await;
    let (_, learner) = scene(&service).await;
    let bob = service.student("bob");
    student(&bob).await;
    let of_alice = || ListTransactionsRequest { student_id: learner.id.clone(), ..all() };

    for reader in [service.admin("root"), service.service("seed")] {
        assert_eq!(list(&reader, of_alice()).await.transactions.len(), 3);
    }
    let refused = education(&bob).list_transactions(of_alice()).await;
    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;
    let request = ListTransactionsRequest { page_size: -1, student_id: "me".into(), r#type: 99, ..all() };

    let refused = education(&service.student("alice")).list_transactions(request).await;

    assert_fields(&refused, &["page_size", "student_id", "type"]);
}

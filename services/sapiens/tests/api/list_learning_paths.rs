use proto::azora::common::v1::Level;
use proto::azora::sapiens::v1::{
    CreateLearningPathRequest, LearningPathStatus, ListLearningPathsRequest, ListLearningPathsResponse,
};
use sapiens::Sapiens;
use shared::testing::{TestService, TestUser, assert_fields, assert_refused};
use tonic::Code;

use crate::{created, path_of, python_path, sapiens};

async fn list(user: &TestUser, request: ListLearningPathsRequest) -> ListLearningPathsResponse {
    sapiens(user).list_learning_paths(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn the_callers_paths_come_newest_first() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let first = path_of(&alice).await.path.unwrap();
    let second = path_of(&alice).await.path.unwrap();
    path_of(&service.student("bob")).await;

    let listed = list(&alice, ListLearningPathsRequest::default()).await;

    assert_eq!(listed.paths, [second, first]);
    assert_eq!(listed.next_page_token, "");
}

#[tokio::test]
async fn a_list_can_be_narrowed_by_status_and_subject() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let python = path_of(&alice).await.path.unwrap();
    let request =
        CreateLearningPathRequest { subject: "Rust".into(), ..python_path(Level::Beginner, Level::Intermediate) };
    let rust = created(&alice, request).await.path.unwrap();

    let of_rust = ListLearningPathsRequest { subject: "Rust".into(), ..Default::default() };
    let with_status =
        |status: LearningPathStatus| ListLearningPathsRequest { status: status.into(), ..Default::default() };

    assert_eq!(list(&alice, of_rust).await.paths, std::slice::from_ref(&rust));
    assert_eq!(list(&alice, with_status(LearningPathStatus::Active)).await.paths, [rust, python]);
    assert!(list(&alice, with_status(LearningPathStatus::Completed)).await.paths.is_empty());
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_ended() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let first = path_of(&alice).await.path.unwrap();
    let second = path_of(&alice).await.path.unwrap();

    let one = ListLearningPathsRequest { page_size: 1, ..Default::default() };
    let page = list(&alice, one.clone()).await;
    assert_eq!(page.paths, [second]);
    let rest = list(&alice, ListLearningPathsRequest { page_token: page.next_page_token, ..one }).await;
    assert_eq!((rest.paths, rest.next_page_token.as_str()), (vec![first], ""));
}

#[tokio::test]
async fn only_admins_and_services_name_somebody_else() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let path = path_of(&alice).await.path.unwrap();
    let of_alice = ListLearningPathsRequest { student_id: alice.id.to_string(), ..Default::default() };

    for reader in [service.admin("root"), service.service("nexus")] {
        assert_eq!(list(&reader, of_alice.clone()).await.paths, std::slice::from_ref(&path));
    }
    let refused = sapiens(&service.student("bob")).list_learning_paths(of_alice).await;
    assert_refused(&refused, Code::PermissionDenied, "NOT_OWNER");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Sapiens>::start().await;
    let request = ListLearningPathsRequest {
        page_size: -1,
        student_id: "me".into(),
        status: 99,
        subject: "s".repeat(201),
        ..Default::default()
    };

    let refused = sapiens(&service.student("alice")).list_learning_paths(request).await;

    assert_fields(&refused, &["page_size", "student_id", "status", "subject"]);
}

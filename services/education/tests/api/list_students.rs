use education::Education;
use proto::azora::education::v1::{ListStudentsRequest, ListStudentsResponse};
use shared::testing::{TestService, TestUser, assert_fields, assert_refused};
use tonic::Code;

use crate::{course, draft, drop_place, education, enrolled, new_course, student};

async fn list(user: &TestUser, request: ListStudentsRequest) -> ListStudentsResponse {
    education(user).list_students(request).await.unwrap().into_inner()
}

fn of_course(id: &str) -> ListStudentsRequest {
    ListStudentsRequest { course_id: id.to_owned(), ..Default::default() }
}

#[tokio::test]
async fn admins_and_services_see_everybody_newest_first() {
    let service = TestService::<Education>::start().await;
    let first = student(&service.student("alice")).await;
    let second = student(&service.student("bob")).await;

    for reader in [service.admin("root"), service.service("seed")] {
        let listed = list(&reader, ListStudentsRequest::default()).await;
        assert_eq!(listed.students, [second.clone(), first.clone()]);
    }
}

#[tokio::test]
async fn an_educator_sees_those_who_learn_from_them_and_no_more_than_is_needed() {
    let service = TestService::<Education>::start().await;
    let (alice, bob, naledi) = (service.student("alice"), service.student("bob"), service.educator("naledi"));
    let learner = student(&alice).await;
    student(&bob).await;
    let python = course(&naledi, new_course("Python")).await;
    enrolled(&alice, &python.id).await;

    for request in [ListStudentsRequest::default(), of_course(&python.id)] {
        let seen = list(&naledi, request).await.students;
        assert_eq!((seen.len(), &seen[0].id, &seen[0].first_name), (1, &learner.id, &learner.first_name));
        assert_eq!((seen[0].email.as_str(), seen[0].date_of_birth.as_str()), ("", ""));
    }
}

#[tokio::test]
async fn who_has_left_a_course_is_no_longer_listed() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    student(&alice).await;
    let python = course(&naledi, new_course("Python")).await;
    let place = enrolled(&alice, &python.id).await;

    drop_place(&service, &place).await;

    assert!(list(&naledi, ListStudentsRequest::default()).await.students.is_empty());
}

#[tokio::test]
async fn a_course_of_another_educator_tells_nothing_of_its_learners() {
    let service = TestService::<Education>::start().await;
    let (naledi, sizwe) = (service.educator("naledi"), service.educator("sizwe"));
    let published = course(&naledi, new_course("Python")).await.id;
    let unpublished = draft(&naledi, new_course("React")).await.id;

    let not_own = education(&sizwe).list_students(of_course(&published)).await;
    let not_seen = education(&sizwe).list_students(of_course(&unpublished)).await;

    assert_refused(&not_own, Code::PermissionDenied, "NOT_OWNER");
    assert_refused(&not_seen, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn students_do_not_list_students() {
    let service = TestService::<Education>::start().await;

    let refused = education(&service.student("alice")).list_students(ListStudentsRequest::default()).await;

    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_ended() {
    let service = TestService::<Education>::start().await;
    let root = service.admin("root");
    let first = student(&service.student("alice")).await;
    let second = student(&service.student("bob")).await;

    let one = ListStudentsRequest { page_size: 1, ..Default::default() };
    let page = list(&root, one.clone()).await;
    let rest = list(&root, ListStudentsRequest { page_token: page.next_page_token, ..one }).await;

    assert_eq!((page.students, rest.students), (vec![second], vec![first]));
    assert_eq!(rest.next_page_token, "");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;

    let request = ListStudentsRequest { page_size: -1, ..of_course("python") };
    let refused = education(&service.admin("root")).list_students(request).await;

    assert_fields(&refused, &["page_size", "course_id"]);
}

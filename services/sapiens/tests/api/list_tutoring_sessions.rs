use proto::azora::sapiens::v1::{
    ListTutoringSessionsRequest, ListTutoringSessionsResponse, StartTutoringSessionRequest, TutoringSessionStatus,
};
use sapiens::Sapiens;
use shared::testing::{TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{python_session, recorded_session, sapiens, session_of, started};

async fn list(user: &TestUser, request: ListTutoringSessionsRequest) -> ListTutoringSessionsResponse {
    sapiens(user).list_tutoring_sessions(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn the_session_that_began_last_comes_first() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let first = session_of(&alice).await;
    let second = session_of(&alice).await;
    let before = started(&service.service("seed"), recorded_session(&alice)).await;
    session_of(&service.student("bob")).await;

    let listed = list(&alice, ListTutoringSessionsRequest::default()).await;

    assert_eq!(listed.sessions, [second, first, before]);
    assert_eq!(listed.next_page_token, "");
}

#[tokio::test]
async fn a_list_can_be_narrowed_by_status_and_course() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let course = new_id();
    session_of(&alice).await;
    let of_course =
        started(&alice, StartTutoringSessionRequest { course_id: course.clone(), ..python_session() }).await;
    let over = started(&service.service("seed"), recorded_session(&alice)).await;

    let completed =
        ListTutoringSessionsRequest { status: TutoringSessionStatus::Completed.into(), ..Default::default() };
    let with_course = ListTutoringSessionsRequest { course_id: course, ..Default::default() };

    assert_eq!(list(&alice, completed).await.sessions, [over]);
    assert_eq!(list(&alice, with_course).await.sessions, [of_course]);
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_ended() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let first = session_of(&alice).await;
    let second = session_of(&alice).await;

    let one = ListTutoringSessionsRequest { page_size: 1, ..Default::default() };
    let page = list(&alice, one.clone()).await;
    assert_eq!(page.sessions, [second]);
    let rest = list(&alice, ListTutoringSessionsRequest { page_token: page.next_page_token, ..one }).await;
    assert_eq!((rest.sessions, rest.next_page_token.as_str()), (vec![first], ""));
}

#[tokio::test]
async fn only_admins_and_services_name_somebody_else() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let session = session_of(&alice).await;
    let of_alice = ListTutoringSessionsRequest { student_id: alice.id.to_string(), ..Default::default() };

    for reader in [service.admin("root"), service.service("education")] {
        assert_eq!(list(&reader, of_alice.clone()).await.sessions, std::slice::from_ref(&session));
    }
    let refused = sapiens(&service.student("bob")).list_tutoring_sessions(of_alice).await;
    assert_refused(&refused, Code::PermissionDenied, "NOT_OWNER");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Sapiens>::start().await;
    let request = ListTutoringSessionsRequest {
        page_size: -1,
        student_id: "me".into(),
        status: 99,
        course_id: "python".into(),
        ..Default::default()
    };

    let refused = sapiens(&service.student("alice")).list_tutoring_sessions(request).await;

    assert_fields(&refused, &["page_size", "student_id", "status", "course_id"]);
}

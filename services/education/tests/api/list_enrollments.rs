use education::Education;
use proto::azora::education::v1::{Enrollment, EnrollmentStatus, ListEnrollmentsRequest, ListEnrollmentsResponse};
use shared::testing::{TestService, TestUser, assert_fields};

use crate::{course, drop_place, education, enrolled, new_course, student};

/// Alice and then Bob are in Naledi's Python course; Alice is in Sizwe's React course, too.
struct Scene {
    service: TestService<Education>,
    alice: TestUser,
    bob: TestUser,
    naledi: TestUser,
    alice_python: Enrollment,
    bob_python: Enrollment,
    alice_react: Enrollment,
}

async fn scene() -> Scene {
    let service = TestService::<Education>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let (naledi, sizwe) = (service.educator("naledi"), service.educator("sizwe"));
    student(&alice).await;
    student(&bob).await;
    let python = course(&naledi, new_course("Python")).await;
    let react = course(&sizwe, new_course("React")).await;
    let alice_python = enrolled(&alice, &python.id).await;
    let bob_python = enrolled(&bob, &python.id).await;
    let alice_react = enrolled(&alice, &react.id).await;
    Scene { service, alice, bob, naledi, alice_python, bob_python, alice_react }
}

async fn list(user: &TestUser, request: ListEnrollmentsRequest) -> ListEnrollmentsResponse {
    education(user).list_enrollments(request).await.unwrap().into_inner()
}

fn all() -> ListEnrollmentsRequest {
    ListEnrollmentsRequest::default()
}

#[tokio::test]
async fn everybody_sees_their_own_places_and_those_in_their_courses_newest_first() {
    let Scene { service, alice, bob, naledi, alice_python, bob_python, alice_react } = scene().await;

    let (hers, his, taught) = (list(&alice, all()).await, list(&bob, all()).await, list(&naledi, all()).await);
    let everything = list(&service.admin("root"), all()).await;

    assert_eq!(hers.enrollments, [alice_react.clone(), alice_python.clone()]);
    assert_eq!(his.enrollments, std::slice::from_ref(&bob_python));
    assert_eq!(taught.enrollments, [bob_python.clone(), alice_python.clone()]);
    assert_eq!(everything.enrollments, [alice_react, bob_python, alice_python]);
}

#[tokio::test]
async fn a_list_can_be_narrowed() {
    let scene = scene().await;
    let seed = scene.service.service("seed");
    drop_place(&scene.service, &scene.bob_python).await;

    let of_course = ListEnrollmentsRequest { course_id: scene.alice_python.course_id.clone(), ..all() };
    let of_both = ListEnrollmentsRequest { student_id: scene.alice_python.student_id.clone(), ..of_course.clone() };
    let dropped = ListEnrollmentsRequest { status: EnrollmentStatus::Dropped.into(), ..all() };

    assert_eq!(list(&seed, of_course).await.enrollments.len(), 2);
    assert_eq!(list(&seed, of_both).await.enrollments, [scene.alice_python]);
    assert_eq!(list(&seed, dropped).await.enrollments[0].id, scene.bob_python.id);
}

#[tokio::test]
async fn naming_what_the_caller_does_not_see_finds_nothing() {
    let scene = scene().await;

    let of_alice = ListEnrollmentsRequest { student_id: scene.alice_python.student_id, ..all() };
    let of_react = ListEnrollmentsRequest { course_id: scene.alice_react.course_id, ..all() };

    assert!(list(&scene.bob, of_alice).await.enrollments.is_empty());
    assert!(list(&scene.naledi, of_react).await.enrollments.is_empty());
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_ended() {
    let scene = scene().await;

    let one = ListEnrollmentsRequest { page_size: 1, ..all() };
    let page = list(&scene.alice, one.clone()).await;
    let rest = list(&scene.alice, ListEnrollmentsRequest { page_token: page.next_page_token, ..one }).await;

    assert_eq!((page.enrollments, rest.enrollments), (vec![scene.alice_react], vec![scene.alice_python]));
    assert_eq!(rest.next_page_token, "");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;
    let request = ListEnrollmentsRequest {
        page_size: -1,
        student_id: "me".into(),
        course_id: "python".into(),
        status: 99,
        ..all()
    };

    let refused = education(&service.student("alice")).list_enrollments(request).await;

    assert_fields(&refused, &["page_size", "student_id", "course_id", "status"]);
}

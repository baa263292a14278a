use education::Education;
use proto::azora::education::v1::{Course, GetProgressRequest, GetProgressResponse, RecordProgressRequest, Student};
use shared::testing::{TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{course, draft, drop_place, education, enrolled, module, new_course, student};

fn of_course(course_id: &str) -> GetProgressRequest {
    GetProgressRequest { course_id: course_id.to_owned(), ..Default::default() }
}

async fn progress(user: &TestUser, request: GetProgressRequest) -> GetProgressResponse {
    education(user).get_progress(request).await.unwrap().into_inner()
}

/// Alice has begun the first of two modules of Naledi's course, and spent half an hour in it.
struct Scene {
    service: TestService<Education>,
    alice: TestUser,
    naledi: TestUser,
    learner: Student,
    python: Course,
}

async fn scene() -> Scene {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    let learner = student(&alice).await;
    let python = course(&naledi, new_course("Python")).await;
    let basics = module(&naledi, &python.id, "Python Basics").await;
    module(&naledi, &python.id, "Control Flow").await;
    enrolled(&alice, &python.id).await;
    let record =
        RecordProgressRequest { request_id: new_id(), module_id: basics.id, seconds: 1800, ..Default::default() };
    education(&alice).record_progress(record).await.unwrap();
    Scene { service, alice, naledi, learner, python }
}

#[tokio::test]
async fn two_modules_one_begun_is_a_quarter() {
    let scene = scene().await;

    let seen = progress(&scene.alice, of_course(&scene.python.id)).await;

    assert_eq!(seen.enrollment.unwrap().progress_percent, "25");
    let titles: Vec<_> = seen.modules.iter().map(|module| (module.order, module.title.as_str())).collect();
    assert_eq!(titles, [(1, "Python Basics"), (2, "Control Flow")]);
    let begun = seen.modules[0].progress.as_ref().unwrap();
    assert_eq!((begun.time_spent_seconds, begun.completed), (1800, false));
    assert_eq!(seen.modules[1].progress, None);
}

#[tokio::test]
async fn the_instructor_an_admin_and_a_service_see_a_student_they_name() {
    let scene = scene().await;
    let named = GetProgressRequest { student_id: scene.learner.id.clone(), ..of_course(&scene.python.id) };
    let own = progress(&scene.alice, named.clone()).await;

    for reader in [scene.naledi, scene.service.admin("root"), scene.service.service("sapiens")] {
        assert_eq!(progress(&reader, named.clone()).await, own);
    }
}

#[tokio::test]
async fn progress_of_somebody_else_is_not_found() {
    let scene = scene().await;
    let (bob, sizwe) = (scene.service.student("bob"), scene.service.educator("sizwe"));
    student(&bob).await;

    for stranger in [bob, sizwe] {
        let named = GetProgressRequest { student_id: scene.learner.id.clone(), ..of_course(&scene.python.id) };
        let refused = education(&stranger).get_progress(named).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
}

#[tokio::test]
async fn who_has_no_place_has_no_progress() {
    let scene = scene().await;
    let bob = scene.service.student("bob");
    student(&bob).await;
    let other = course(&scene.naledi, new_course("React")).await;
    let dropped = enrolled(&bob, &other.id).await;
    drop_place(&scene.service, &dropped).await;

    let never = education(&bob).get_progress(of_course(&scene.python.id)).await;
    let left = education(&bob).get_progress(of_course(&other.id)).await;

    assert_refused(&never, Code::FailedPrecondition, "NOT_ENROLLED");
    assert_refused(&left, Code::FailedPrecondition, "NOT_ENROLLED");
}

#[tokio::test]
async fn a_course_that_the_caller_does_not_see_is_not_found() {
    let scene = scene().await;
    let unpublished = draft(&scene.naledi, new_course("React")).await;

    for id in [unpublished.id, new_id()] {
        let refused = education(&scene.alice).get_progress(of_course(&id)).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;

    let request = GetProgressRequest { course_id: String::new(), student_id: "me".into() };
    let refused = education(&service.student("alice")).get_progress(request).await;

    assert_fields(&refused, &["course_id", "student_id"]);
}

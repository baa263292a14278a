use education::Education;
use proto::azora::education::v1::education_service_client::EducationServiceClient;
use proto::azora::education::v1::{GetProgressRequest, RecordProgressRequest, RecordProgressResponse};
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{course, education, enrolled, module, new_course, student};

fn record(module_id: &str, seconds: i32) -> RecordProgressRequest {
    RecordProgressRequest { request_id: new_id(), module_id: module_id.to_owned(), seconds, ..Default::default() }
}

async fn recorded(user: &TestUser, module_id: &str, seconds: i32) -> RecordProgressResponse {
    education(user).record_progress(record(module_id, seconds)).await.unwrap().into_inner()
}

/// Alice has a place in a course with two modules, the first of which is returned.
async fn at_a_course(service: &TestService<Education>) -> (TestUser, String) {
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    student(&alice).await;
    let python = course(&naledi, new_course("Python")).await;
    let basics = module(&naledi, &python.id, "Python Basics").await;
    module(&naledi, &python.id, "Control Flow").await;
    enrolled(&alice, &python.id).await;
    (alice, basics.id)
}

#[tokio::test]
async fn time_adds_up_and_begins_the_module() {
    let service = TestService::<Education>::start().await;
    let (alice, basics) = at_a_course(&service).await;

    let first = recorded(&alice, &basics, 1800).await;
    let second = recorded(&alice, &basics, 600).await;

    assert_eq!(first.progress.unwrap().time_spent_seconds, 1800);
    let row = second.progress.unwrap();
    assert_eq!((row.time_spent_seconds, row.completed), (2400, false));
    assert_eq!(first.enrollment.unwrap().progress_percent, "25");
    assert_eq!(second.enrollment.unwrap().progress_percent, "25");
    service.audit_ends_with("education.progress.record", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn one_record_is_no_longer_than_the_setting_allows() {
    let service = TestService::<Education>::start().await;
    let (alice, basics) = at_a_course(&service).await;

    let longest = education(&alice).record_progress(record(&basics, 14_400)).await;
    let too_long = education(&alice).record_progress(record(&basics, 14_401)).await;
    let none = education(&alice).record_progress(record(&basics, 0)).await;

    assert!(longest.is_ok());
    assert_fields(&too_long, &["seconds"]);
    assert_fields(&none, &["seconds"]);
}

#[tokio::test]
async fn two_records_at_once_both_count() {
    let service = TestService::<Education>::start().await;
    let (alice, basics) = at_a_course(&service).await;
    let mut here = EducationServiceClient::new(alice.channel().once());
    let mut there = EducationServiceClient::new(alice.channel().once());

    let (one, other) =
        tokio::join!(here.record_progress(record(&basics, 100)), there.record_progress(record(&basics, 10)));

    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    assert_eq!(recorded(&alice, &basics, 1).await.progress.unwrap().time_spent_seconds, 111);
}

#[tokio::test]
async fn time_is_recorded_only_with_a_place_in_the_course() {
    let service = TestService::<Education>::start().await;
    let (_, basics) = at_a_course(&service).await;
    let bob = service.student("bob");
    student(&bob).await;

    let without = education(&bob).record_progress(record(&basics, 60)).await;
    let unknown = education(&bob).record_progress(record(&new_id(), 60)).await;

    assert_refused(&without, Code::FailedPrecondition, "NOT_ENROLLED");
    assert_refused(&unknown, Code::NotFound, "NOT_FOUND");
    service.audit_ends_with("education.progress.record", Outcome::Refused, &bob).await;
}

#[tokio::test]
async fn nobody_records_for_somebody_else() {
    let service = TestService::<Education>::start().await;
    let (alice, basics) = at_a_course(&service).await;
    let learner = recorded(&alice, &basics, 60).await.progress.unwrap().student_id;
    let bob = service.student("bob");
    student(&bob).await;

    let by_bob = RecordProgressRequest { student_id: learner.clone(), ..record(&basics, 60) };
    let by_bob = education(&bob).record_progress(by_bob).await;
    let by_seed = RecordProgressRequest { student_id: learner.clone(), ..record(&basics, 60) };
    let by_seed = education(&service.service("seed")).record_progress(by_seed).await.unwrap().into_inner();

    assert_refused(&by_bob, Code::NotFound, "NOT_FOUND");
    let course_id = by_seed.enrollment.unwrap().course_id;
    let request = GetProgressRequest { course_id, ..Default::default() };
    let seen = education(&alice).get_progress(request).await.unwrap().into_inner();
    assert_eq!(seen.modules[0].progress.as_ref().unwrap().time_spent_seconds, 120);
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;
    let request = RecordProgressRequest {
        request_id: "x".into(),
        module_id: "basics".into(),
        seconds: -1,
        student_id: "me".into(),
    };

    let refused = education(&service.student("alice")).record_progress(request).await;

    assert_fields(&refused, &["request_id", "module_id", "seconds", "student_id"]);
}

use education::Education;
use proto::azora::education::v1::{GetCourseRequest, PublishCourseRequest};
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{course, draft, education, events, module, new_course};

fn publish(course_id: &str) -> PublishCourseRequest {
    PublishCourseRequest { request_id: new_id(), course_id: course_id.to_owned() }
}

#[tokio::test]
async fn a_published_course_is_seen_by_everybody_and_told_to_the_fleet() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    let before = draft(&naledi, new_course("Python")).await;
    module(&naledi, &before.id, "Python Basics").await;

    let after = education(&naledi).publish_course(publish(&before.id)).await.unwrap().into_inner().course.unwrap();

    assert!(after.published && after.published_at.is_some());
    assert_eq!((after.version, after.module_count), (before.version + 1, 1));
    let seen = education(&alice).get_course(GetCourseRequest { course_id: before.id.clone() }).await.unwrap();
    assert_eq!(seen.into_inner().course.as_ref(), Some(&after));
    let told = events(&service, "azora.education.course.published.v1").await;
    assert_eq!((told.len(), &told[0]["course_id"], &told[0]["title"]), (1, &before.id.into(), &"Python".into()));
    assert_eq!((&told[0]["level"], &told[0]["price"]), (&"beginner".into(), &"0".into()));
    service.audit_ends_with("education.course.publish", Outcome::Ok, &naledi).await;
}

#[tokio::test]
async fn a_course_without_modules_may_be_published() {
    let service = TestService::<Education>::start().await;

    let published = course(&service.educator("naledi"), new_course("Web Development with React")).await;

    assert_eq!((published.published, published.module_count), (true, 0));
}

#[tokio::test]
async fn a_course_is_published_once() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let published = course(&naledi, new_course("Python")).await;

    let again = education(&naledi).publish_course(publish(&published.id)).await;

    assert_refused(&again, Code::FailedPrecondition, "ALREADY_PUBLISHED");
    assert_eq!(events(&service, "azora.education.course.published.v1").await.len(), 1);
}

#[tokio::test]
async fn nobody_publishes_a_course_of_somebody_else() {
    let service = TestService::<Education>::start().await;
    let (naledi, sizwe) = (service.educator("naledi"), service.educator("sizwe"));
    let published = course(&naledi, new_course("Python")).await.id;
    let unpublished = draft(&naledi, new_course("React")).await.id;

    let not_own = education(&sizwe).publish_course(publish(&published)).await;
    let not_seen = education(&sizwe).publish_course(publish(&unpublished)).await;
    let not_there = education(&naledi).publish_course(publish(&new_id())).await;

    assert_refused(&not_own, Code::PermissionDenied, "NOT_OWNER");
    assert_refused(&not_seen, Code::NotFound, "NOT_FOUND");
    assert_refused(&not_there, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;

    let request = PublishCourseRequest { request_id: "x".into(), course_id: "python".into() };
    let refused = education(&service.educator("naledi")).publish_course(request).await;

    assert_fields(&refused, &["request_id", "course_id"]);
}

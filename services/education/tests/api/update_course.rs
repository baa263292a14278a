use education::Education;
use prost_types::FieldMask;
use proto::azora::common::v1::{Currency, Level};
use proto::azora::education::v1::{Course, CreateCourseRequest, ListCoursesRequest, UpdateCourseRequest};
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{course, draft, education, new_course};

/// A change of a course as it is.
fn change(course: &Course) -> UpdateCourseRequest {
    UpdateCourseRequest {
        request_id: new_id(),
        course_id: course.id.clone(),
        version: course.version,
        ..Default::default()
    }
}

fn mask(paths: &[&str]) -> Option<FieldMask> {
    Some(FieldMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() })
}

#[tokio::test]
async fn without_a_mask_what_is_given_changes() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let before = draft(&naledi, new_course("Python")).await;

    let request = UpdateCourseRequest { price: "150".into(), level: Level::Expert.into(), seats: 3, ..change(&before) };
    let after = education(&naledi).update_course(request).await.unwrap().into_inner().course.unwrap();

    assert_eq!((after.price.as_str(), after.level(), after.seats), ("150", Level::Expert, 3));
    assert_eq!((after.title, after.description), (before.title, before.description));
    assert_eq!(after.version, before.version + 1);
    service.audit_ends_with("education.course.update", Outcome::Ok, &naledi).await;
}

#[tokio::test]
async fn a_mask_sets_what_is_empty_or_zero() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let before = draft(&naledi, CreateCourseRequest { price: "100".into(), seats: 3, ..new_course("Python") }).await;

    let request = UpdateCourseRequest {
        price: "0".into(),
        title: "Not in the mask".into(),
        update_mask: mask(&["price", "seats"]),
        ..change(&before)
    };
    let after = education(&naledi).update_course(request).await.unwrap().into_inner().course.unwrap();

    assert_eq!((after.price.as_str(), after.seats, after.title.as_str()), ("0", 0, "Python"));
}

#[tokio::test]
async fn a_change_made_for_an_older_version_is_stale() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let before = draft(&naledi, new_course("Python")).await;
    let first = UpdateCourseRequest { duration_hours: 50, ..change(&before) };
    education(&naledi).update_course(first).await.unwrap();

    let second = UpdateCourseRequest { duration_hours: 60, ..change(&before) };
    let stale = education(&naledi).update_course(second).await;

    assert_refused(&stale, Code::Aborted, "VERSION_STALE");
    service.audit_ends_with("education.course.update", Outcome::Refused, &naledi).await;
}

#[tokio::test]
async fn a_course_of_somebody_else_is_refused_and_one_that_is_unpublished_not_even_found() {
    let service = TestService::<Education>::start().await;
    let (naledi, sizwe) = (service.educator("naledi"), service.educator("sizwe"));
    let published = course(&naledi, new_course("Python")).await;
    let unpublished = draft(&naledi, new_course("React")).await;

    let not_own = UpdateCourseRequest { seats: 1, ..change(&published) };
    let not_own = education(&sizwe).update_course(not_own).await;
    let not_seen = UpdateCourseRequest { seats: 1, ..change(&unpublished) };
    let not_seen = education(&sizwe).update_course(not_seen).await;

    assert_refused(&not_own, Code::PermissionDenied, "NOT_OWNER");
    assert_refused(&not_seen, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn a_price_stays_in_azr_whichever_of_the_two_changes() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let priced = draft(&naledi, CreateCourseRequest { price: "1".into(), ..new_course("Python") }).await;
    let foreign = CreateCourseRequest { currency: Currency::Usd.into(), ..new_course("React") };
    let foreign = draft(&naledi, foreign).await;

    let to_dollars = UpdateCourseRequest { currency: Currency::Usd.into(), ..change(&priced) };
    let to_a_price = UpdateCourseRequest { price: "1".into(), ..change(&foreign) };

    assert_fields(&education(&naledi).update_course(to_dollars).await, &["currency"]);
    assert_fields(&education(&naledi).update_course(to_a_price).await, &["currency"]);
}

#[tokio::test]
async fn a_course_is_found_by_its_new_title() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let before = course(&naledi, new_course("Python")).await;

    let request = UpdateCourseRequest { title: "Ruby".into(), ..change(&before) };
    education(&naledi).update_course(request).await.unwrap();

    for (text, count) in [("ruby", 1), ("python", 0)] {
        let request = ListCoursesRequest { text: text.into(), ..Default::default() };
        let found = education(&naledi).list_courses(request).await.unwrap().into_inner().courses;
        assert_eq!(found.len(), count, "{text}");
    }
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;
    let request = UpdateCourseRequest {
        request_id: "x".into(),
        course_id: "y".into(),
        version: 0,
        title: "Py".into(),
        level: 0,
        duration_hours: -1,
        seats: -1,
        update_mask: mask(&["title", "level", "duration_hours", "seats", "published"]),
        ..Default::default()
    };

    let refused = education(&service.educator("naledi")).update_course(request).await;

    let named = ["request_id", "course_id", "version", "title", "level", "duration_hours", "seats", "update_mask"];
    assert_fields(&refused, &named);
}

use education::Education;
use proto::azora::common::v1::{Currency, Level};
use proto::azora::education::v1::CreateCourseRequest;
use shared::testing::{Outcome, TestService, assert_fields, assert_refused};
use tonic::Code;

use crate::{education, new_course};

#[tokio::test]
async fn a_course_begins_unpublished_and_empty() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let request = CreateCourseRequest {
        price: "100".into(),
        level: Level::Intermediate.into(),
        seats: 30,
        ..new_course("Introduction to Python Programming")
    };

    let course = education(&naledi).create_course(request).await.unwrap().into_inner().course.unwrap();

    assert_eq!(course.title, "Introduction to Python Programming");
    assert_eq!(course.instructor_id, naledi.id.to_string());
    assert_eq!((course.price.as_str(), course.currency()), ("100", Currency::Azr));
    assert_eq!((course.level(), course.duration_hours, course.seats), (Level::Intermediate, 40, 30));
    assert!(!course.published && course.published_at.is_none() && course.retired_at.is_none());
    assert_eq!((course.module_count, course.version), (0, 1));
    service.audit_ends_with("education.course.create", Outcome::Ok, &naledi).await;
}

#[tokio::test]
async fn what_is_left_open_is_free_easy_and_unlimited() {
    let service = TestService::<Education>::start().await;

    let created = education(&service.educator("naledi")).create_course(new_course("Python")).await.unwrap();

    let course = created.into_inner().course.unwrap();
    assert_eq!((course.price.as_str(), course.currency()), ("0", Currency::Azr));
    assert_eq!((course.level(), course.seats), (Level::Beginner, 0));
}

#[tokio::test]
async fn a_price_is_in_azr() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let dollars = |price: &str| CreateCourseRequest {
        price: price.into(),
        currency: Currency::Usd.into(),
        ..new_course("Python")
    };

    let refused = education(&naledi).create_course(dollars("100")).await;
    let free = education(&naledi).create_course(dollars("0")).await;

    assert_fields(&refused, &["currency"]);
    assert!(free.is_ok());
}

#[tokio::test]
async fn only_educators_create_courses() {
    let service = TestService::<Education>::start().await;

    for caller in [service.student("alice"), service.employer("kofi"), service.admin("root"), service.service("seed")] {
        let refused = education(&caller).create_course(new_course("Python")).await;
        assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    }
}

#[tokio::test]
async fn a_price_is_refused_and_never_rounded() {
    let service = TestService::<Education>::start().await;

    for (price, reason) in
        [("-1", "AMOUNT_INVALID"), ("1.000000001", "AMOUNT_INVALID"), ("10000000000", "AMOUNT_OUT_OF_RANGE")]
    {
        let request = CreateCourseRequest { price: price.into(), ..new_course("Python") };
        let refused = education(&service.educator("naledi")).create_course(request).await;
        assert_refused(&refused, Code::InvalidArgument, reason);
    }
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;
    let request = CreateCourseRequest {
        request_id: "x".into(),
        title: "Py".into(),
        description: "Too short".into(),
        level: 99,
        category: "P".into(),
        price: "free".into(),
        currency: 99,
        duration_hours: 2001,
        seats: -1,
    };

    let refused = education(&service.educator("naledi")).create_course(request).await;

    let named =
        ["request_id", "title", "description", "level", "category", "price", "currency", "duration_hours", "seats"];
    assert_fields(&refused, &named);
}

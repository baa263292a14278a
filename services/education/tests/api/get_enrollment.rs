use education::Education;
use proto::azora::education::v1::{Enrollment, GetEnrollmentRequest};
use shared::testing::{TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::{Code, Response, Status};

use crate::{course, education, enrolled, new_course, student};

async fn get(user: &TestUser, enrollment_id: &str) -> Result<Response<Enrollment>, Status> {
    let request = GetEnrollmentRequest { enrollment_id: enrollment_id.to_owned() };
    let answer = education(user).get_enrollment(request).await?;
    Ok(answer.map(|answer| answer.enrollment.unwrap()))
}

#[tokio::test]
async fn the_student_the_instructor_an_admin_and_a_service_see_an_enrollment() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    student(&alice).await;
    let python = course(&naledi, new_course("Python")).await;
    let place = enrolled(&alice, &python.id).await;

    for reader in [alice, naledi, service.admin("root"), service.service("nexus")] {
        assert_eq!(get(&reader, &place.id).await.unwrap().into_inner(), place);
    }
}

#[tokio::test]
async fn an_enrollment_of_somebody_else_is_not_found() {
    let service = TestService::<Education>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    student(&alice).await;
    student(&bob).await;
    let python = course(&service.educator("naledi"), new_course("Python")).await;
    let place = enrolled(&alice, &python.id).await;
    enrolled(&bob, &python.id).await;

    for stranger in [bob, service.educator("sizwe")] {
        assert_refused(&get(&stranger, &place.id).await, Code::NotFound, "NOT_FOUND");
    }
    assert_refused(&get(&alice, &new_id()).await, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let service = TestService::<Education>::start().await;

    assert_fields(&get(&service.student("alice"), "mine").await, &["enrollment_id"]);
}

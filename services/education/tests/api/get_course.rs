use education::Education;
use proto::azora::education::v1::{Course, GetCourseRequest};
use shared::testing::{TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::{Code, Response, Status};

use crate::{course, draft, education, new_course};

async fn get(user: &TestUser, course_id: &str) -> Result<Response<Course>, Status> {
    let request = GetCourseRequest { course_id: course_id.to_owned() };
    let answer = education(user).get_course(request).await?;
    Ok(answer.map(|answer| answer.course.unwrap()))
}

#[tokio::test]
async fn everybody_sees_a_published_course() {
    let service = TestService::<Education>::start().await;
    let published = course(&service.educator("naledi"), new_course("Python")).await;

    for reader in [service.student("alice"), service.employer("kofi"), service.admin("root"), service.service("nexus")]
    {
        assert_eq!(get(&reader, &published.id).await.unwrap().into_inner(), published);
    }
}

#[tokio::test]
async fn an_unpublished_course_is_seen_by_its_instructor_admins_and_services_only() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let unpublished = draft(&naledi, new_course("Python")).await;

    for reader in [naledi, service.admin("root"), service.service("nexus")] {
        assert_eq!(get(&reader, &unpublished.id).await.unwrap().into_inner(), unpublished);
    }
    for stranger in [service.student("alice"), service.educator("sizwe")] {
        assert_refused(&get(&stranger, &unpublished.id).await, Code::NotFound, "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_course_that_nobody_has_is_not_found() {
    let service = TestService::<Education>::start().await;

    assert_refused(&get(&service.admin("root"), &new_id()).await, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let service = TestService::<Education>::start().await;

    assert_fields(&get(&service.student("alice"), "python").await, &["course_id"]);
}

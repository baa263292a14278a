use education::Education;
use proto::azora::education::v1::{CreateCourseRequest, EnrollStudentRequest, GetModuleRequest, Module};
use shared::testing::{TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::{Code, Response, Status};

use crate::{content, course, draft, education, enrolled, module, new_course, place_in, student};

async fn get(user: &TestUser, module_id: &str) -> Result<Response<Module>, Status> {
    let request = GetModuleRequest { module_id: module_id.to_owned() };
    let answer = education(user).get_module(request).await?;
    Ok(answer.map(|answer| answer.module.unwrap()))
}

#[tokio::test]
async fn answer_keys_and_explanations_are_for_the_instructor_admins_and_services_only() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    student(&alice).await;
    let python = course(&naledi, new_course("Python")).await;
    let added = module(&naledi, &python.id, "Python Basics").await;
    enrolled(&alice, &python.id).await;

    for reader in [&naledi, &service.admin("root"), &service.service("sapiens")] {
        assert_eq!(get(reader, &added.id).await.unwrap().into_inner(), added);
    }
    for reader in [&alice, &service.student("bob"), &service.educator("sizwe"), &service.employer("kofi")] {
        let seen = get(reader, &added.id).await.unwrap().into_inner();
        let shown = format!("{seen:?}");
        assert!(!shown.contains("the-key") && !shown.contains("the-reason"), "{shown}");
        let questions = &seen.content.as_ref().unwrap().assessments[0].questions;
        assert_eq!(questions[0].prompt, "What is it called?");
        assert_eq!(seen.content.unwrap().lessons, content().lessons);
    }
}

#[tokio::test]
async fn the_content_of_a_course_with_a_price_is_for_those_who_have_a_place() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    let learner = student(&alice).await;
    let python = course(&naledi, CreateCourseRequest { price: "100".into(), ..new_course("Python") }).await;
    let added = module(&naledi, &python.id, "Python Basics").await;

    let before = get(&alice, &added.id).await.unwrap().into_inner();
    let given =
        EnrollStudentRequest { student_id: learner.id, grant_reason: "Scholarship".into(), ..place_in(&python.id) };
    education(&service.admin("root")).enroll_student(given).await.unwrap();
    let after = get(&alice, &added.id).await.unwrap().into_inner();

    assert_eq!((before.content, before.content_withheld, before.title), (None, true, added.title));
    assert!(after.content.is_some() && !after.content_withheld);
    assert!(!format!("{:?}", after.content).contains("the-key"));
}

#[tokio::test]
async fn a_module_of_a_course_that_the_caller_does_not_see_is_not_found() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let unpublished = draft(&naledi, new_course("Python")).await;
    let added = module(&naledi, &unpublished.id, "Python Basics").await;

    for stranger in [service.student("alice"), service.educator("sizwe")] {
        assert_refused(&get(&stranger, &added.id).await, Code::NotFound, "NOT_FOUND");
    }
    assert_refused(&get(&naledi, &new_id()).await, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let service = TestService::<Education>::start().await;

    assert_fields(&get(&service.student("alice"), "basics").await, &["module_id"]);
}

use education::Education;
use proto::azora::education::v1::{StartModuleRequest, StartModuleResponse};
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{course, draft, drop_place, education, enrolled, module, new_course, student};

fn start(module_id: &str) -> StartModuleRequest {
    StartModuleRequest { request_id: new_id(), module_id: module_id.to_owned(), ..Default::default() }
}

async fn started(user: &TestUser, module_id: &str) -> StartModuleResponse {
    education(user).start_module(start(module_id)).await.unwrap().into_inner()
}

#[tokio::test]
async fn one_of_two_modules_begun_is_a_quarter() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    let learner = student(&alice).await;
    let python = course(&naledi, new_course("Python")).await;
    let basics = module(&naledi, &python.id, "Python Basics").await;
    module(&naledi, &python.id, "Control Flow").await;
    enrolled(&alice, &python.id).await;

    let answer = started(&alice, &basics.id).await;

    let row = answer.progress.unwrap();
    assert_eq!((row.student_id, row.module_id), (learner.id, basics.id));
    assert_eq!((row.completed, row.time_spent_seconds, row.score.as_str()), (false, 0, ""));
    assert_eq!(answer.enrollment.unwrap().progress_percent, "25");
    service.audit_ends_with("education.module.start", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn beginning_again_changes_nothing() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    student(&alice).await;
    let python = course(&naledi, new_course("Python")).await;
    let basics = module(&naledi, &python.id, "Python Basics").await;
    enrolled(&alice, &python.id).await;

    let first = started(&alice, &basics.id).await;
    let second = started(&alice, &basics.id).await;

    assert_eq!(second, first);
}

#[tokio::test]
async fn a_service_or_an_admin_begins_for_the_student_it_names() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    let learner = student(&alice).await;
    let python = course(&naledi, new_course("Python")).await;
    enrolled(&alice, &python.id).await;

    for (caller, title) in [(service.service("seed"), "Python Basics"), (service.admin("root"), "Control Flow")] {
        let module_id = module(&naledi, &python.id, title).await.id;
        let request = StartModuleRequest { student_id: learner.id.clone(), ..start(&module_id) };
        let row = education(&caller).start_module(request).await.unwrap().into_inner().progress.unwrap();
        assert_eq!(row.student_id, learner.id);
    }
    let nobody = education(&service.service("seed")).start_module(start(&new_id())).await;
    assert_fields(&nobody, &["student_id"]);
}

#[tokio::test]
async fn nobody_begins_for_somebody_else() {
    let service = TestService::<Education>::start().await;
    let (alice, bob, naledi) = (service.student("alice"), service.student("bob"), service.educator("naledi"));
    let learner = student(&alice).await;
    student(&bob).await;
    let python = course(&naledi, new_course("Python")).await;
    let basics = module(&naledi, &python.id, "Python Basics").await;
    enrolled(&alice, &python.id).await;

    for other in [bob, naledi] {
        let request = StartModuleRequest { student_id: learner.id.clone(), ..start(&basics.id) };
        let refused = education(&other).start_module(request).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_module_needs_a_place_in_its_course() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    student(&alice).await;
    let python = course(&naledi, new_course("Python")).await;
    let basics = module(&naledi, &python.id, "Python Basics").await;

    let without = education(&alice).start_module(start(&basics.id)).await;
    let place = enrolled(&alice, &python.id).await;
    drop_place(&service, &place).await;
    let dropped = education(&alice).start_module(start(&basics.id)).await;

    assert_refused(&without, Code::FailedPrecondition, "NOT_ENROLLED");
    assert_refused(&dropped, Code::FailedPrecondition, "NOT_ENROLLED");
    service.audit_ends_with("education.module.start", Outcome::Refused, &alice).await;
}

#[tokio::test]
async fn a_module_that_the_caller_does_not_see_is_not_found() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    student(&alice).await;
    let unpublished = draft(&naledi, new_course("Python")).await;
    let hidden = module(&naledi, &unpublished.id, "Python Basics").await.id;

    for id in [hidden, new_id()] {
        let refused = education(&alice).start_module(start(&id)).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;
    let request = StartModuleRequest { request_id: "x".into(), module_id: "basics".into(), student_id: "me".into() };

    let refused = education(&service.student("alice")).start_module(request).await;

    assert_fields(&refused, &["request_id", "module_id", "student_id"]);
}

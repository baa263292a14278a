use education::Education;
use proto::azora::education::v1::{CreateCourseRequest, ListModulesRequest, ListModulesResponse};
use shared::testing::{TestService, TestUser, assert_fields, assert_refused};
use tonic::Code;

use crate::{course, draft, education, module, new_course};

async fn list(user: &TestUser, request: ListModulesRequest) -> ListModulesResponse {
    education(user).list_modules(request).await.unwrap().into_inner()
}

fn of_course(id: &str) -> ListModulesRequest {
    ListModulesRequest { course_id: id.to_owned(), ..Default::default() }
}

#[tokio::test]
async fn modules_come_in_their_order() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let python = course(&naledi, new_course("Python")).await;
    let other = course(&naledi, new_course("React")).await;
    let basics = module(&naledi, &python.id, "Python Basics").await;
    let flow = module(&naledi, &python.id, "Control Flow").await;
    module(&naledi, &other.id, "Components").await;

    let listed = list(&naledi, of_course(&python.id)).await;

    assert_eq!(listed.modules, [basics, flow]);
    assert_eq!(listed.next_page_token, "");
}

#[tokio::test]
async fn a_learner_sees_no_answer_keys_and_no_explanations() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    let python = course(&naledi, new_course("Python")).await;
    module(&naledi, &python.id, "Python Basics").await;

    let seen = list(&alice, of_course(&python.id)).await.modules;

    assert_eq!(seen[0].content.as_ref().unwrap().assessments[0].questions.len(), 1);
    let shown = format!("{seen:?}");
    assert!(!shown.contains("the-key") && !shown.contains("the-reason"), "{shown}");
}

#[tokio::test]
async fn who_has_no_place_in_a_course_with_a_price_sees_its_outline() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    let python = course(&naledi, CreateCourseRequest { price: "100".into(), ..new_course("Python") }).await;
    module(&naledi, &python.id, "Python Basics").await;

    let seen = list(&alice, of_course(&python.id)).await.modules;

    assert_eq!((seen[0].title.as_str(), seen[0].content_withheld), ("Python Basics", true));
    assert_eq!(seen[0].content, None);
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_ended() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let python = course(&naledi, new_course("Python")).await;
    let basics = module(&naledi, &python.id, "Python Basics").await;
    let flow = module(&naledi, &python.id, "Control Flow").await;

    let one = ListModulesRequest { page_size: 1, ..of_course(&python.id) };
    let page = list(&naledi, one.clone()).await;
    let rest = list(&naledi, ListModulesRequest { page_token: page.next_page_token, ..one }).await;

    assert_eq!((page.modules, rest.modules), (vec![basics], vec![flow]));
    assert_eq!(rest.next_page_token, "");
}

#[tokio::test]
async fn a_course_that_the_caller_does_not_see_is_not_found() {
    let service = TestService::<Education>::start().await;
    let unpublished = draft(&service.educator("naledi"), new_course("Python")).await;

    let refused = education(&service.student("alice")).list_modules(of_course(&unpublished.id)).await;

    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;

    let request = ListModulesRequest { page_size: -1, ..Default::default() };
    let refused = education(&service.student("alice")).list_modules(request).await;

    assert_fields(&refused, &["page_size", "course_id"]);
}

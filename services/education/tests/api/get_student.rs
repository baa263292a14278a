use education::Education;
use proto::azora::education::v1::GetStudentRequest;
use shared::testing::{TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{education, student};

fn by_id(id: &str) -> GetStudentRequest {
    GetStudentRequest { student_id: id.to_owned(), ..Default::default() }
}

fn by_user(id: &impl ToString) -> GetStudentRequest {
    GetStudentRequest { user_id: id.to_string(), ..Default::default() }
}

#[tokio::test]
async fn the_caller_gets_their_own_record_without_naming_it() {
    let service = TestService::<Education>::start().await;
    let alice = service.student("alice");
    let opened = student(&alice).await;

    for request in [GetStudentRequest::default(), by_id(&opened.id), by_user(&alice.id)] {
        let seen = education(&alice).get_student(request).await.unwrap().into_inner().student.unwrap();
        assert_eq!(seen, opened);
    }
}

#[tokio::test]
async fn admins_and_services_find_a_record_by_its_id_or_its_user() {
    let service = TestService::<Education>::start().await;
    let alice = service.student("alice");
    let opened = student(&alice).await;

    for reader in [service.admin("root"), service.service("seed")] {
        for request in [by_id(&opened.id), by_user(&alice.id)] {
            let seen = education(&reader).get_student(request).await.unwrap().into_inner().student.unwrap();
            assert_eq!(seen, opened);
        }
    }
}

#[tokio::test]
async fn a_record_of_somebody_else_is_not_found() {
    let service = TestService::<Education>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let opened = student(&alice).await;
    student(&bob).await;

    for id in [opened.id, new_id()] {
        let refused = education(&bob).get_student(by_id(&id)).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
    let by_name = education(&bob).get_student(by_user(&alice.id)).await;
    assert_refused(&by_name, Code::PermissionDenied, "NOT_OWNER");
}

#[tokio::test]
async fn a_user_without_a_record_has_none() {
    let service = TestService::<Education>::start().await;

    let refused = education(&service.student("alice")).get_student(GetStudentRequest::default()).await;

    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn a_service_says_whom_it_means_and_nobody_says_it_twice() {
    let service = TestService::<Education>::start().await;
    let seed = service.service("seed");

    let nobody = education(&seed).get_student(GetStudentRequest::default()).await;
    let twice = GetStudentRequest { student_id: new_id(), user_id: new_id() };
    let twice = education(&seed).get_student(twice).await;

    assert_fields(&nobody, &["student_id"]);
    assert_fields(&twice, &["user_id"]);
}

use education::Education;
use proto::azora::common::v1::Currency;
use proto::azora::education::v1::CreateStudentRequest;
use shared::testing::{Outcome, TestService, assert_fields, assert_refused};
use tonic::Code;

use crate::{education, new_student, student};

#[tokio::test]
async fn a_record_opens_with_an_empty_spending_wallet() {
    let service = TestService::<Education>::start().await;
    let alice = service.student("alice");
    let request = CreateStudentRequest { email: "Alice@Example.org".into(), grade: "12".into(), ..new_student(&alice) };

    let opened = education(&alice).create_student(request).await.unwrap().into_inner();

    let (student, wallet) = (opened.student.unwrap(), opened.wallet.unwrap());
    assert_eq!(student.user_id, alice.id.to_string());
    assert_eq!((student.first_name.as_str(), student.email.as_str()), ("Themba", "alice@example.org"));
    assert_eq!((student.grade.as_str(), student.country.as_str()), ("12", "ZA"));
    assert_eq!((student.xp, student.level, student.difficulty.as_str()), (0, 1, "1"));
    assert_eq!((wallet.student_id, wallet.balance.as_str()), (student.id, "0"));
    assert_eq!(wallet.currency, i32::from(Currency::Azr));
    service.audit_ends_with("education.student.create", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn a_second_record_of_the_same_user_is_refused() {
    let service = TestService::<Education>::start().await;
    let alice = service.student("alice");
    student(&alice).await;

    let second = education(&alice).create_student(new_student(&alice)).await;

    assert_refused(&second, Code::AlreadyExists, "STUDENT_EXISTS");
    service.audit_ends_with("education.student.create", Outcome::Refused, &alice).await;
}

#[tokio::test]
async fn an_address_belongs_to_one_student() {
    let service = TestService::<Education>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let taken = student(&alice).await.email;

    let refused = education(&bob).create_student(CreateStudentRequest { email: taken, ..new_student(&bob) }).await;

    assert_refused(&refused, Code::AlreadyExists, "EMAIL_IN_USE");
}

#[tokio::test]
async fn a_service_opens_a_record_for_the_user_it_names() {
    let service = TestService::<Education>::start().await;
    let (alice, auth) = (service.student("alice"), service.service("auth"));
    let named = CreateStudentRequest { user_id: alice.id.to_string(), ..new_student(&alice) };

    let opened = education(&auth).create_student(named).await.unwrap().into_inner().student.unwrap();
    let for_nobody = education(&auth).create_student(new_student(&auth)).await;

    assert_eq!(opened.user_id, alice.id.to_string());
    assert_fields(&for_nobody, &["user_id"]);
}

#[tokio::test]
async fn nobody_opens_a_record_for_somebody_else() {
    let service = TestService::<Education>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));

    let named = CreateStudentRequest { user_id: bob.id.to_string(), ..new_student(&alice) };
    let refused = education(&alice).create_student(named).await;

    assert_refused(&refused, Code::PermissionDenied, "NOT_OWNER");
}

#[tokio::test]
async fn educators_and_employers_may_learn_too() {
    let service = TestService::<Education>::start().await;

    for user in [service.educator("naledi"), service.employer("kofi")] {
        assert_eq!(student(&user).await.user_id, user.id.to_string());
    }
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;
    let request = CreateStudentRequest {
        request_id: "x".into(),
        user_id: "y".into(),
        first_name: " ".into(),
        last_name: "n".repeat(101),
        email: "nobody".into(),
        date_of_birth: "2026-02-30".into(),
        grade: "g".repeat(21),
        country: "Z1".into(),
    };

    let refused = education(&service.student("alice")).create_student(request).await;

    let named = ["request_id", "user_id", "first_name", "last_name", "email", "date_of_birth", "grade", "country"];
    assert_fields(&refused, &named);
}

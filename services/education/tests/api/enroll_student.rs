use education::Education;
use education::entity::{course as table, transaction};
use education::id::{CourseId, EnrollmentId};
use proto::azora::education::v1::education_service_client::EducationServiceClient;
use proto::azora::education::v1::{
    CreateCourseRequest, EnrollStudentRequest, EnrollmentStatus, GetWalletRequest, StartModuleRequest, TransactionType,
};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{course, draft, drop_place, education, enrolled, events, fund, module, new_course, place_in, student};

/// A request for a course that costs something.
fn priced(price: &str) -> CreateCourseRequest {
    CreateCourseRequest { price: price.to_owned(), ..new_course("Python") }
}

async fn balance(user: &TestUser) -> String {
    let wallet = education(user).get_wallet(GetWalletRequest::default()).await.unwrap().into_inner().wallet;
    wallet.unwrap().balance
}

#[tokio::test]
async fn a_student_takes_a_place_in_a_free_course() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    let learner = student(&alice).await;
    let python = course(&naledi, new_course("Python")).await;

    let answer = education(&alice).enroll_student(place_in(&python.id)).await.unwrap().into_inner();

    let place = answer.enrollment.unwrap();
    assert_eq!((&place.student_id, &place.course_id), (&learner.id, &python.id));
    assert_eq!((place.status(), place.progress_percent.as_str()), (EnrollmentStatus::Active, "0"));
    assert_eq!((place.price_paid.as_str(), answer.transaction), ("0", None));
    let told = events(&service, "azora.education.enrollment.created.v1").await;
    assert_eq!((told.len(), &told[0]["enrollment_id"]), (1, &place.id.into()));
    assert_eq!((&told[0]["user_id"], &told[0]["granted"]), (&alice.id.to_string().into(), &false.into()));
    service.audit_ends_with("education.student.enroll", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn a_price_leaves_the_spending_wallet_with_the_place() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    fund(&service, &student(&alice).await, 150).await;
    let python = course(&naledi, priced("100.5")).await;

    let answer = education(&alice).enroll_student(place_in(&python.id)).await.unwrap().into_inner();

    let (place, payment) = (answer.enrollment.unwrap(), answer.transaction.unwrap());
    assert_eq!((place.price_paid.as_str(), payment.amount.as_str()), ("100.5", "100.5"));
    assert_eq!((payment.r#type(), payment.balance_after.as_str()), (TransactionType::Payment, "49.5"));
    assert_eq!((payment.enrollment_id, payment.description.as_str()), (place.id, "Place in Python"));
    assert_eq!(balance(&alice).await, "49.5");
}

#[tokio::test]
async fn who_cannot_pay_has_no_place_and_pays_nothing() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    fund(&service, &student(&alice).await, 99).await;
    let python = course(&naledi, priced("99.00000001")).await;

    let refused = education(&alice).enroll_student(place_in(&python.id)).await;

    assert_refused(&refused, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
    assert_eq!(refused.unwrap_err().message(), "available 99, wanted 99.00000001");
    assert_eq!(balance(&alice).await, "99");
    assert!(events(&service, "azora.education.enrollment.created.v1").await.is_empty());
    service.audit_ends_with("education.student.enroll", Outcome::Refused, &alice).await;
}

#[tokio::test]
async fn an_admin_or_a_service_gives_a_place_and_says_why() {
    let service = TestService::<Education>::start().await;
    let python = course(&service.educator("naledi"), priced("100")).await;

    for (name, giver) in [("alice", service.admin("root")), ("bob", service.service("seed"))] {
        let learner = student(&service.student(name)).await;
        let given = EnrollStudentRequest {
            student_id: learner.id.clone(),
            grant_reason: "Demo scholarship".into(),
            ..place_in(&python.id)
        };
        let answer = education(&giver).enroll_student(given).await.unwrap().into_inner();
        let place = answer.enrollment.unwrap();
        assert_eq!((place.student_id, place.price_paid.as_str()), (learner.id, "0"));
        assert_eq!((place.grant_reason.as_str(), answer.transaction), ("Demo scholarship", None));
    }
}

#[tokio::test]
async fn nobody_else_gives_places() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    let learner = student(&alice).await;
    student(&naledi).await;
    let python = course(&naledi, priced("100")).await;

    let to_oneself = EnrollStudentRequest { grant_reason: "Please".into(), ..place_in(&python.id) };
    let to_oneself = education(&alice).enroll_student(to_oneself).await;
    let to_another = EnrollStudentRequest { student_id: learner.id, ..place_in(&python.id) };
    let to_another = education(&naledi).enroll_student(to_another).await;

    assert_refused(&to_oneself, Code::PermissionDenied, "ROLE_REQUIRED");
    assert_refused(&to_another, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn nobody_spends_the_money_of_a_student_they_name() {
    let service = TestService::<Education>::start().await;
    let alice = service.student("alice");
    let learner = student(&alice).await;
    fund(&service, &learner, 100).await;
    let python = course(&service.educator("naledi"), priced("100")).await;

    for caller in [service.admin("root"), service.service("seed")] {
        let request = EnrollStudentRequest { student_id: learner.id.clone(), ..place_in(&python.id) };
        let refused = education(&caller).enroll_student(request).await;
        assert_fields(&refused, &["grant_reason"]);
    }
    assert_eq!(balance(&alice).await, "100");
}

#[tokio::test]
async fn a_second_place_in_the_same_course_is_refused() {
    let service = TestService::<Education>::start().await;
    let alice = service.student("alice");
    student(&alice).await;
    let python = course(&service.educator("naledi"), new_course("Python")).await;
    enrolled(&alice, &python.id).await;

    let second = education(&alice).enroll_student(place_in(&python.id)).await;

    assert_refused(&second, Code::AlreadyExists, "ALREADY_ENROLLED");
}

#[tokio::test]
async fn a_dropped_place_is_taken_up_again_and_paid_anew() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    fund(&service, &student(&alice).await, 25).await;
    let python = course(&naledi, priced("10")).await;
    let basics = module(&naledi, &python.id, "Python Basics").await;
    let first = enrolled(&alice, &python.id).await;
    let start = StartModuleRequest { request_id: new_id(), module_id: basics.id, ..Default::default() };
    education(&alice).start_module(start).await.unwrap();
    drop_place(&service, &first).await;
    module(&naledi, &python.id, "Control Flow").await;

    let second = enrolled(&alice, &python.id).await;

    assert_eq!((&second.id, second.status()), (&first.id, EnrollmentStatus::Active));
    assert_eq!((second.dropped_at, second.progress_percent.as_str()), (None, "25"));
    assert_eq!(balance(&alice).await, "5");
    let id = EnrollmentId(first.id.parse().unwrap());
    let payments = transaction::Entity::find().filter(transaction::Column::EnrollmentId.eq(id));
    assert_eq!(payments.all(service.connection()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_course_that_is_full_takes_nobody() {
    let service = TestService::<Education>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    student(&alice).await;
    student(&bob).await;
    let request = CreateCourseRequest { seats: 1, ..new_course("Python") };
    let python = course(&service.educator("naledi"), request).await;
    let place = enrolled(&alice, &python.id).await;

    let full = education(&bob).enroll_student(place_in(&python.id)).await;
    drop_place(&service, &place).await;
    let free_again = education(&bob).enroll_student(place_in(&python.id)).await;

    assert_refused(&full, Code::FailedPrecondition, "COURSE_FULL");
    assert!(free_again.is_ok());
}

#[tokio::test]
async fn a_retired_course_takes_nobody() {
    let service = TestService::<Education>::start().await;
    let alice = service.student("alice");
    student(&alice).await;
    let python = course(&service.educator("naledi"), new_course("Python")).await;
    // No RPC retires a course yet.
    let retire = table::ActiveModel {
        id: Unchanged(CourseId(python.id.parse().unwrap())),
        retired_at: Set(Some(shared::clock::now())),
        ..Default::default()
    };
    retire.update(service.connection()).await.unwrap();

    let refused = education(&alice).enroll_student(place_in(&python.id)).await;

    assert_refused(&refused, Code::FailedPrecondition, "COURSE_RETIRED");
}

#[tokio::test]
async fn an_unpublished_course_takes_nobody_and_is_found_only_by_those_who_see_it() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    student(&alice).await;
    student(&naledi).await;
    let unpublished = draft(&naledi, new_course("Python")).await;

    let by_student = education(&alice).enroll_student(place_in(&unpublished.id)).await;
    let by_instructor = education(&naledi).enroll_student(place_in(&unpublished.id)).await;

    assert_refused(&by_student, Code::NotFound, "NOT_FOUND");
    assert_refused(&by_instructor, Code::FailedPrecondition, "COURSE_NOT_PUBLISHED");
}

#[tokio::test]
async fn a_place_needs_a_student_record() {
    let service = TestService::<Education>::start().await;
    let python = course(&service.educator("naledi"), new_course("Python")).await;

    let refused = education(&service.student("alice")).enroll_student(place_in(&python.id)).await;

    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn two_students_do_not_take_the_last_place_at_once() {
    let service = TestService::<Education>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    student(&alice).await;
    student(&bob).await;
    let request = CreateCourseRequest { seats: 1, ..new_course("Python") };
    let python = course(&service.educator("naledi"), request).await;
    let mut by_alice = EducationServiceClient::new(alice.channel().once());
    let mut by_bob = EducationServiceClient::new(bob.channel().once());

    let (one, other) =
        tokio::join!(by_alice.enroll_student(place_in(&python.id)), by_bob.enroll_student(place_in(&python.id)));

    let (taken, refused) = if one.is_ok() { (one, other) } else { (other, one) };
    assert!(taken.is_ok(), "one of the two has the place");
    assert_refused(&refused, Code::FailedPrecondition, "COURSE_FULL");
}

#[tokio::test]
async fn the_same_money_does_not_pay_for_two_places_at_once() {
    let service = TestService::<Education>::start().await;
    let (alice, naledi) = (service.student("alice"), service.educator("naledi"));
    fund(&service, &student(&alice).await, 10).await;
    let python = course(&naledi, priced("10")).await;
    let react = course(&naledi, priced("10")).await;
    let mut here = EducationServiceClient::new(alice.channel().once());
    let mut there = EducationServiceClient::new(alice.channel().once());

    let (one, other) =
        tokio::join!(here.enroll_student(place_in(&python.id)), there.enroll_student(place_in(&react.id)));

    let (paid, refused) = if one.is_ok() { (one, other) } else { (other, one) };
    assert!(paid.is_ok(), "one of the two is paid");
    assert_refused(&refused, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
    assert_eq!(balance(&alice).await, "0");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;
    let request = EnrollStudentRequest {
        request_id: "x".into(),
        course_id: "python".into(),
        student_id: "me".into(),
        grant_reason: "r".repeat(201),
    };

    let refused = education(&service.student("alice")).enroll_student(request).await;

    assert_fields(&refused, &["request_id", "course_id", "student_id", "grant_reason"]);
}

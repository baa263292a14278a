use education::Education;
use prost_types::FieldMask;
use proto::azora::education::v1::UpdateStudentRequest;
use shared::testing::{Outcome, TestService, assert_fields, assert_refused};
use tonic::Code;

use crate::{education, student};

fn change() -> UpdateStudentRequest {
    UpdateStudentRequest { request_id: shared::testing::new_id(), ..Default::default() }
}

fn mask(paths: &[&str]) -> Option<FieldMask> {
    Some(FieldMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() })
}

#[tokio::test]
async fn without_a_mask_what_is_given_changes() {
    let service = TestService::<Education>::start().await;
    let alice = service.student("alice");
    let before = student(&alice).await;

    let request = UpdateStudentRequest { grade: "12".into(), country: "na".into(), ..change() };
    let after = education(&alice).update_student(request).await.unwrap().into_inner().student.unwrap();

    assert_eq!((after.grade.as_str(), after.country.as_str()), ("12", "NA"));
    assert_eq!((after.first_name, after.last_name), (before.first_name, before.last_name));
    assert_eq!(after.email, before.email);
    service.audit_ends_with("education.student.update", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn a_mask_takes_away_what_is_left_empty() {
    let service = TestService::<Education>::start().await;
    let alice = service.student("alice");
    student(&alice).await;
    let given = UpdateStudentRequest { grade: "12".into(), date_of_birth: "2008-02-29".into(), ..change() };
    education(&alice).update_student(given).await.unwrap();

    let request = UpdateStudentRequest {
        first_name: "Not in the mask".into(),
        update_mask: mask(&["grade", "last_name"]),
        ..change()
    };
    let after = education(&alice).update_student(request).await.unwrap().into_inner().student.unwrap();

    assert_eq!((after.grade.as_str(), after.last_name.as_str()), ("", ""));
    assert_eq!((after.first_name.as_str(), after.date_of_birth.as_str()), ("Themba", "2008-02-29"));
}

#[tokio::test]
async fn an_admin_changes_the_record_it_names() {
    let service = TestService::<Education>::start().await;
    let opened = student(&service.student("alice")).await;

    let request = UpdateStudentRequest { student_id: opened.id, grade: "11".into(), ..change() };
    let after = education(&service.admin("root")).update_student(request).await.unwrap().into_inner();

    assert_eq!(after.student.unwrap().grade, "11");
}

#[tokio::test]
async fn a_record_of_somebody_else_is_not_found() {
    let service = TestService::<Education>::start().await;
    let opened = student(&service.student("alice")).await;
    let bob = service.student("bob");
    student(&bob).await;

    let request = UpdateStudentRequest { student_id: opened.id, grade: "11".into(), ..change() };
    let refused = education(&bob).update_student(request).await;

    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    service.audit_ends_with("education.student.update", Outcome::Refused, &bob).await;
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;
    let request = UpdateStudentRequest {
        request_id: "x".into(),
        student_id: "y".into(),
        date_of_birth: "today".into(),
        country: "South Africa".into(),
        update_mask: mask(&["first_name", "date_of_birth", "country", "email"]),
        ..Default::default()
    };

    let refused = education(&service.student("alice")).update_student(request).await;

    assert_fields(&refused, &["request_id", "student_id", "first_name", "date_of_birth", "country", "update_mask"]);
}

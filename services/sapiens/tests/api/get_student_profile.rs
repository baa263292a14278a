use proto::azora::sapiens::v1::{GetStudentProfileRequest, StudentProfile, UpdateStudentProfileRequest};
use sapiens::Sapiens;
use shared::testing::{TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::sapiens;

async fn profile_of(user: &TestUser) -> StudentProfile {
    let request =
        UpdateStudentProfileRequest { request_id: new_id(), interests: vec!["games".into()], ..Default::default() };
    sapiens(user).update_student_profile(request).await.unwrap().into_inner().profile.unwrap()
}

#[tokio::test]
async fn the_learner_an_admin_and_a_service_see_a_profile() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let profile = profile_of(&alice).await;

    for (reader, named) in [(&alice, ""), (&service.admin("root"), "alice"), (&service.service("nexus"), "alice")] {
        let student_id = if named.is_empty() { String::new() } else { alice.id.to_string() };
        let request = GetStudentProfileRequest { student_id };
        let seen = sapiens(reader).get_student_profile(request).await.unwrap().into_inner().profile.unwrap();
        assert_eq!(seen, profile);
    }
}

#[tokio::test]
async fn before_the_first_update_there_is_no_profile() {
    let service = TestService::<Sapiens>::start().await;

    let refused = sapiens(&service.student("alice")).get_student_profile(GetStudentProfileRequest::default()).await;

    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn nobody_sees_the_profile_of_somebody_else() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    profile_of(&alice).await;

    let request = GetStudentProfileRequest { student_id: alice.id.to_string() };
    let refused = sapiens(&service.educator("eve")).get_student_profile(request).await;

    assert_refused(&refused, Code::PermissionDenied, "NOT_OWNER");
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let service = TestService::<Sapiens>::start().await;

    let request = GetStudentProfileRequest { student_id: "me".into() };
    let refused = sapiens(&service.student("alice")).get_student_profile(request).await;

    assert_fields(&refused, &["student_id"]);
}

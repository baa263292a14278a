use prost_types::FieldMask;
use proto::azora::common::v1::Level;
use proto::azora::sapiens::v1::{
    GetStudentProfileRequest, LearningPace, LearningStyle, StudentProfile, UpdateStudentProfileRequest,
};
use sapiens::Sapiens;
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::sapiens;

fn everything() -> UpdateStudentProfileRequest {
    UpdateStudentProfileRequest {
        request_id: new_id(),
        pace: LearningPace::Fast.into(),
        level: Level::Intermediate.into(),
        goals: vec!["Earn a first income".into()],
        interests: vec!["games".into(), "data".into()],
        update_mask: None,
    }
}

fn masked(paths: &[&str]) -> UpdateStudentProfileRequest {
    let update_mask = Some(FieldMask { paths: paths.iter().map(|&path| path.into()).collect() });
    UpdateStudentProfileRequest { request_id: new_id(), update_mask, ..Default::default() }
}

async fn updated(user: &TestUser, request: UpdateStudentProfileRequest) -> StudentProfile {
    sapiens(user).update_student_profile(request).await.unwrap().into_inner().profile.unwrap()
}

#[tokio::test]
async fn the_first_update_makes_the_profile() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");

    let profile = updated(&alice, everything()).await;

    assert_eq!((profile.pace(), profile.level()), (LearningPace::Fast, Level::Intermediate));
    assert_eq!((&profile.goals[..], &profile.interests[..]), (&everything().goals[..], &everything().interests[..]));
    assert_eq!(
        (profile.student_id.clone(), profile.learning_style()),
        (alice.id.to_string(), LearningStyle::Unspecified)
    );
    let kept = sapiens(&alice).get_student_profile(GetStudentProfileRequest::default()).await.unwrap().into_inner();
    assert_eq!(kept.profile, Some(profile));
    service.audit_ends_with("sapiens.student_profile.update", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn an_update_that_says_nothing_makes_an_empty_profile() {
    let service = TestService::<Sapiens>::start().await;

    let request = UpdateStudentProfileRequest { request_id: new_id(), ..Default::default() };
    let profile = updated(&service.student("alice"), request).await;

    assert_eq!((profile.pace(), profile.level()), (LearningPace::Medium, Level::Beginner));
    assert!(profile.goals.is_empty() && profile.interests.is_empty() && profile.strengths.is_empty());
}

#[tokio::test]
async fn without_a_mask_only_what_is_given_changes() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let first = updated(&alice, everything()).await;

    let only =
        UpdateStudentProfileRequest { request_id: new_id(), pace: LearningPace::Slow.into(), ..Default::default() };
    let second = updated(&alice, only).await;

    assert_eq!((second.pace(), second.level()), (LearningPace::Slow, Level::Intermediate));
    assert_eq!((second.goals, second.interests, second.id), (first.goals, first.interests, first.id));
}

#[tokio::test]
async fn a_mask_resets_what_it_names_and_nothing_else() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    updated(&alice, everything()).await;

    let half = updated(&alice, masked(&["pace", "goals"])).await;
    assert_eq!((half.pace(), half.level()), (LearningPace::Medium, Level::Intermediate));
    assert_eq!((half.goals.len(), half.interests.len()), (0, 2));

    let all = updated(&alice, masked(&["*"])).await;
    assert_eq!((all.level(), all.interests.len()), (Level::Beginner, 0));
}

#[tokio::test]
async fn what_sapiens_found_out_cannot_be_set() {
    let service = TestService::<Sapiens>::start().await;

    for fixed in ["learning_style", "strengths", "student_id"] {
        let refused = sapiens(&service.student("alice")).update_student_profile(masked(&[fixed])).await;
        assert_fields(&refused, &["update_mask"]);
    }
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Sapiens>::start().await;
    let request = UpdateStudentProfileRequest {
        request_id: "x".into(),
        pace: 99,
        level: 99,
        goals: vec!["g".repeat(201)],
        interests: vec!["i".into(); 51],
        update_mask: None,
    };

    let refused = sapiens(&service.student("alice")).update_student_profile(request).await;

    assert_fields(&refused, &["request_id", "pace", "level", "goals[0]", "interests"]);
}

#[tokio::test]
async fn a_service_speaks_for_no_learner() {
    let service = TestService::<Sapiens>::start().await;

    let refused = sapiens(&service.service("seed")).update_student_profile(everything()).await;

    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

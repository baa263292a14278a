use mint::Mint;
use proto::azora::common::v1::{Currency, Level};
use proto::azora::mint::v1::{ActivityType, MiningRecord, SubmitProofOfKnowledgeRequest};
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;
use tonic_types::StatusExt;

use crate::stake::sound;
use crate::{mint, wallet, wallet_in};

pub fn proof_of(user: &TestUser, activity: ActivityType, id: &str) -> SubmitProofOfKnowledgeRequest {
    SubmitProofOfKnowledgeRequest {
        request_id: new_id(),
        user_id: user.id.to_string(),
        activity_type: activity.into(),
        activity_id: id.into(),
        level: Level::Beginner.into(),
        score: String::new(),
        seconds: 0,
    }
}

pub async fn paid(service: &TestService<Mint>, request: SubmitProofOfKnowledgeRequest) -> MiningRecord {
    let education = service.service("education");
    mint(&education).submit_proof_of_knowledge(request).await.unwrap().into_inner().record.unwrap()
}

#[tokio::test]
async fn knowledge_is_paid_for_once_whatever_the_request() {
    let service = TestService::<Mint>::start().await;
    let (alice, education) = (service.student("alice"), service.service("education"));
    let id = wallet_in(&alice, Currency::Azr).await.id;
    let request = SubmitProofOfKnowledgeRequest {
        score: "85".into(),
        seconds: 1800,
        ..proof_of(&alice, ActivityType::CourseCompletion, "enrollment/1")
    };
    let record = paid(&service, request.clone()).await;
    assert_eq!((record.tokens_earned.as_str(), record.score.as_str(), record.seconds), ("225", "85", 1800));
    assert_eq!((record.wallet_id.as_str(), record.source_service.as_str()), (id.as_str(), "education"));
    let has = wallet(&alice, &id).await;
    assert_eq!((has.balance.as_str(), has.earned.as_str()), ("225", "225"));
    service.audit_ends_with("mint.proof_of_knowledge.submit", Outcome::Ok, &education).await;

    let again = SubmitProofOfKnowledgeRequest { request_id: new_id(), ..request };
    let again = mint(&education).submit_proof_of_knowledge(again).await;
    assert_refused(&again, Code::AlreadyExists, "ALREADY_REWARDED");
    assert!(again.unwrap_err().message().contains(&record.id));
    sound(&service).await;
}

#[tokio::test]
async fn a_day_has_a_cap_and_the_activity_is_left_for_another() {
    let service = TestService::<Mint>::with_settings("mining_daily_cap = \"250\"").await;
    let (alice, education) = (service.student("alice"), service.service("education"));
    let id = wallet_in(&alice, Currency::Azr).await.id;
    for number in 0..2 {
        paid(&service, proof_of(&alice, ActivityType::CourseCompletion, &format!("enrollment/{number}"))).await;
    }
    let above = mint(&education)
        .submit_proof_of_knowledge(proof_of(&alice, ActivityType::CourseCompletion, "enrollment/2"))
        .await;
    assert_refused(&above, Code::ResourceExhausted, "DAILY_CAP_REACHED");
    let refused = above.unwrap_err();
    assert_eq!(refused.message(), "of this day's reward 50 are left, wanted 100");
    let wait = refused.get_error_details().retry_info().and_then(|retry| retry.retry_delay).unwrap();
    assert!((1..=24 * 3600).contains(&wait.as_secs()));
    // Something smaller still fits, for others the day has just begun, and tomorrow is another day.
    paid(&service, proof_of(&alice, ActivityType::LessonCompletion, "lesson/1")).await;
    let bob = service.student("bob");
    wallet_in(&bob, Currency::Azr).await;
    paid(&service, proof_of(&bob, ActivityType::CourseCompletion, "enrollment/3")).await;
    let yesterday = "UPDATE mining_days SET day = '2020-01-01'";
    sea_orm::ConnectionTrait::execute_unprepared(service.connection(), yesterday).await.unwrap();
    paid(&service, proof_of(&alice, ActivityType::CourseCompletion, "enrollment/2")).await;
    assert_eq!(wallet(&alice, &id).await.balance, "303");
}

#[tokio::test]
async fn each_service_tells_of_its_own_and_people_of_nothing() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    wallet_in(&alice, Currency::Azr).await;
    for (name, activity, good) in [
        ("forge", ActivityType::JobCompletion, true),
        ("forge", ActivityType::CourseCompletion, false),
        ("education", ActivityType::JobCompletion, false),
    ] {
        let request = proof_of(&alice, activity, &format!("{name}/{activity:?}"));
        let told = mint(&service.service(name)).submit_proof_of_knowledge(request).await;
        if good {
            told.unwrap();
        } else {
            assert_refused(&told, Code::PermissionDenied, "ACTIVITY_NOT_YOURS");
        }
    }
    let request = proof_of(&alice, ActivityType::CourseCompletion, "enrollment/1");
    for user in [&alice, &service.admin("root"), &service.service("nexus")] {
        let refused = mint(user).submit_proof_of_knowledge(request.clone()).await;
        assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    }
}

#[tokio::test]
async fn a_test_has_to_be_passed_and_a_wallet_to_be_there() {
    let service = TestService::<Mint>::start().await;
    let (alice, education) = (service.student("alice"), service.service("education"));
    let quiz = |score: &str, id: &str| SubmitProofOfKnowledgeRequest {
        score: score.into(),
        ..proof_of(&alice, ActivityType::QuizPassed, id)
    };
    let nowhere = mint(&education).submit_proof_of_knowledge(quiz("90", "1")).await;
    assert_refused(&nowhere, Code::NotFound, "NOT_FOUND");
    wallet_in(&alice, Currency::Azr).await;
    for (score, id) in [("69.99", "1"), ("", "2")] {
        let refused = mint(&education).submit_proof_of_knowledge(quiz(score, id)).await;
        assert_refused(&refused, Code::FailedPrecondition, "SCORE_TOO_LOW");
    }
    assert_eq!(paid(&service, quiz("70", "1")).await.tokens_earned, "12.5");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Mint>::start().await;
    let request = SubmitProofOfKnowledgeRequest {
        request_id: new_id(),
        score: "100.01".into(),
        seconds: -1,
        ..Default::default()
    };
    let refused = mint(&service.service("education")).submit_proof_of_knowledge(request).await;
    assert_fields(&refused, &["user_id", "activity_type", "activity_id", "level", "score", "seconds"]);
}

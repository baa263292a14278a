use proto::azora::common::v1::Level;
use proto::azora::sapiens::v1::sapiens_service_client::SapiensServiceClient;
use proto::azora::sapiens::v1::{
    CompletePathStepRequest, CompletePathStepResponse, CreateLearningPathRequest, GetLearningPathRequest,
    LearningPathStatus, PathStep,
};
use sapiens::Sapiens;
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tokio::task::JoinSet;
use tonic::Code;

use crate::{created, path_of, progress, python_path, sapiens, step_of};

fn completion_of(step: &PathStep) -> CompletePathStepRequest {
    CompletePathStepRequest { request_id: new_id(), step_id: step.id.clone(), seconds: 600 }
}

async fn complete(user: &TestUser, step: &PathStep) -> CompletePathStepResponse {
    sapiens(user).complete_path_step(completion_of(step)).await.unwrap().into_inner()
}

#[tokio::test]
async fn a_step_its_path_and_the_progress_change_together() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let steps = path_of(&alice).await.steps;

    let done = complete(&alice, &steps[0]).await;

    let (step, path, counted) = (done.step.unwrap(), done.path.unwrap(), done.progress.unwrap());
    assert!(step.completed && step.completed_at.is_some());
    assert_eq!((path.completed_steps, path.status()), (1, LearningPathStatus::Active));
    assert_eq!((counted.current_step, counted.completion_rate.as_str(), counted.time_spent_seconds), (1, "20", 600));
    service.audit_ends_with("sapiens.path_step.complete", Outcome::Ok, &alice).await;

    assert_eq!(progress(&alice, &steps[0]).await, counted);
    let request = GetLearningPathRequest { path_id: path.id.clone() };
    let kept = sapiens(&alice).get_learning_path(request).await.unwrap().into_inner();
    assert_eq!((kept.path, &kept.steps[0], &kept.steps[1..]), (Some(path), &step, &steps[1..]));
}

#[tokio::test]
async fn the_last_step_completes_the_path() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let request = CreateLearningPathRequest {
        student_id: alice.id.to_string(),
        steps: vec![step_of(60); 3],
        ..python_path(Level::Beginner, Level::Intermediate)
    };
    let steps = created(&service.service("seed"), request).await.steps;

    let mut rates = Vec::new();
    let mut statuses = Vec::new();
    for step in &steps {
        let done = complete(&alice, step).await;
        rates.push(done.progress.unwrap().completion_rate);
        statuses.push(done.path.unwrap().status());
    }

    assert_eq!(rates, ["33.33", "66.67", "100"]);
    assert_eq!(statuses[..2], [LearningPathStatus::Active; 2]);
    assert_eq!(statuses[2], LearningPathStatus::Completed);
    assert_eq!(progress(&alice, &steps[0]).await.time_spent_seconds, 1800);

    let again = sapiens(&alice).complete_path_step(completion_of(&steps[2])).await;
    assert_refused(&again, Code::FailedPrecondition, "STEP_NOT_NEXT");
}

#[tokio::test]
async fn steps_are_completed_in_order_and_once() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let steps = path_of(&alice).await.steps;

    let ahead = sapiens(&alice).complete_path_step(completion_of(&steps[1])).await;
    complete(&alice, &steps[0]).await;
    let again = sapiens(&alice).complete_path_step(completion_of(&steps[0])).await;

    for refused in [ahead, again] {
        assert_refused(&refused, Code::FailedPrecondition, "STEP_NOT_NEXT");
    }
    service.audit_ends_with("sapiens.path_step.complete", Outcome::Refused, &alice).await;
    assert_eq!(progress(&alice, &steps[0]).await.current_step, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_calls_at_once_one_completes_the_step() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let steps = path_of(&alice).await.steps;

    let mut calls = JoinSet::new();
    for _ in 0..8 {
        // Without the channel's own repeats, which would only slow the race down.
        let mut racing = SapiensServiceClient::new(alice.channel().once());
        let request = completion_of(&steps[0]);
        calls.spawn(async move { racing.complete_path_step(request).await });
    }
    let (completed, refused): (Vec<_>, Vec<_>) = calls.join_all().await.into_iter().partition(Result::is_ok);

    assert_eq!((completed.len(), progress(&alice, &steps[0]).await.current_step), (1, 1));
    for late in refused {
        assert_refused(&late, Code::FailedPrecondition, "STEP_NOT_NEXT");
    }
}

#[tokio::test]
async fn a_step_of_somebody_else_is_not_found() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let steps = path_of(&alice).await.steps;

    for stranger in [service.student("bob"), service.admin("root")] {
        let refused = sapiens(&stranger).complete_path_step(completion_of(&steps[0])).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
    let unknown = CompletePathStepRequest { step_id: new_id(), ..completion_of(&steps[0]) };
    assert_refused(&sapiens(&alice).complete_path_step(unknown).await, Code::NotFound, "NOT_FOUND");
    assert_eq!(progress(&alice, &steps[0]).await.current_step, 0);
}

#[tokio::test]
async fn a_service_learns_for_nobody() {
    let service = TestService::<Sapiens>::start().await;
    let steps = path_of(&service.student("alice")).await.steps;

    let refused = sapiens(&service.service("seed")).complete_path_step(completion_of(&steps[0])).await;

    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Sapiens>::start().await;
    let request = CompletePathStepRequest { request_id: "x".into(), step_id: "first".into(), seconds: -1 };

    let refused = sapiens(&service.student("alice")).complete_path_step(request).await;

    assert_fields(&refused, &["request_id", "step_id", "seconds"]);
}

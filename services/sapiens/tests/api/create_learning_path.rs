use proto::azora::common::v1::Level;
use proto::azora::sapiens::v1::{CreateLearningPathRequest, LearningPathStatus, Milestone, NewPathStep};
use sapiens::Sapiens;
use shared::testing::{Outcome, TestService, assert_fields, assert_refused};
use tonic::Code;

use crate::{created, path_of, progress, python_path, sapiens, step_of};

fn milestone(level: Level, position: i32) -> Milestone {
    Milestone { level: level.into(), position }
}

#[tokio::test]
async fn a_path_is_laid_out_by_rule() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");

    let made = path_of(&alice).await;

    let path = made.path.unwrap();
    assert_eq!((path.student_id.clone(), path.status()), (alice.id.to_string(), LearningPathStatus::Active));
    assert_eq!((path.total_steps, path.completed_steps, path.estimated_hours), (5, 0, 40));
    assert_eq!((path.difficulty(), path.milestones), (Level::Beginner, vec![milestone(Level::Intermediate, 5)]));
    let positions: Vec<i32> = made.steps.iter().map(|step| step.position).collect();
    assert_eq!(positions, [1, 2, 3, 4, 5]);
    assert!(made.steps.iter().all(|step| step.estimated_minutes == 480 && !step.completed));
    service.audit_ends_with("sapiens.learning_path.create", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn every_level_on_the_way_has_its_steps_and_its_milestone() {
    let service = TestService::<Sapiens>::start().await;

    let made = created(&service.student("alice"), python_path(Level::Beginner, Level::Expert)).await;

    let path = made.path.unwrap();
    assert_eq!((path.total_steps, path.estimated_hours, made.steps.len()), (15, 120, 15));
    let levels = [(Level::Intermediate, 5), (Level::Advanced, 10), (Level::Expert, 15)];
    assert_eq!(path.milestones, levels.map(|(level, position)| milestone(level, position)));
}

#[tokio::test]
async fn steps_and_their_length_are_settings() {
    let service = TestService::<Sapiens>::with_settings("path_steps_per_level = 3\npath_step_hours = 2").await;

    let path = path_of(&service.student("alice")).await.path.unwrap();

    assert_eq!((path.total_steps, path.estimated_hours), (3, 6));
}

#[tokio::test]
async fn a_new_path_has_its_progress() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");

    let made = path_of(&alice).await;

    let begun = progress(&alice, &made.steps[0]).await;
    assert_eq!((begun.current_step, begun.total_steps, begun.completion_rate.as_str()), (0, 5, "0"));
    assert_eq!((begun.subject.as_str(), begun.time_spent_seconds), ("Python", 0));
}

#[tokio::test]
async fn admins_and_services_give_the_steps_of_a_learner() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");

    for giver in [service.service("seed"), service.admin("root")] {
        let request = CreateLearningPathRequest {
            student_id: alice.id.to_string(),
            steps: vec![step_of(480), step_of(61)],
            ..python_path(Level::Intermediate, Level::Advanced)
        };
        let made = created(&giver, request).await;

        let path = made.path.unwrap();
        assert_eq!((path.student_id, path.total_steps, path.estimated_hours), (alice.id.to_string(), 2, 10));
        assert_eq!(path.milestones, [milestone(Level::Advanced, 2)]);
        assert_eq!(made.steps[1].assessment_criteria, ["predict the output of ten short programs"]);
        assert_eq!((made.steps[1].position, made.steps[1].estimated_minutes), (2, 61));
    }
}

#[tokio::test]
async fn hours_that_the_learner_reckons_with_are_kept() {
    let service = TestService::<Sapiens>::start().await;

    let request =
        CreateLearningPathRequest { estimated_hours: 100, ..python_path(Level::Beginner, Level::Intermediate) };
    let made = created(&service.student("alice"), request).await;

    assert_eq!((made.path.unwrap().estimated_hours, made.steps[0].estimated_minutes), (100, 480));
}

#[tokio::test]
async fn a_path_has_to_lead_upwards() {
    let service = TestService::<Sapiens>::start().await;

    for (current, target) in [(Level::Advanced, Level::Beginner), (Level::Expert, Level::Expert)] {
        let refused = sapiens(&service.student("alice")).create_learning_path(python_path(current, target)).await;
        assert_fields(&refused, &["target_level"]);
    }
}

#[tokio::test]
async fn learners_do_not_give_steps() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");

    let request =
        CreateLearningPathRequest { steps: vec![step_of(480)], ..python_path(Level::Beginner, Level::Expert) };
    let refused = sapiens(&alice).create_learning_path(request).await;

    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    service.audit_ends_with("sapiens.learning_path.create", Outcome::Refused, &alice).await;
}

#[tokio::test]
async fn nobody_lays_out_a_path_for_somebody_else() {
    let service = TestService::<Sapiens>::start().await;
    let (eve, bob) = (service.educator("eve"), service.student("bob"));

    let request = CreateLearningPathRequest {
        student_id: bob.id.to_string(),
        ..python_path(Level::Beginner, Level::Intermediate)
    };
    let refused = sapiens(&eve).create_learning_path(request).await;

    assert_refused(&refused, Code::PermissionDenied, "NOT_OWNER");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Sapiens>::start().await;
    let bad_step = NewPathStep {
        description: "d".repeat(2001),
        topic: "t".repeat(201),
        resources: vec![String::new()],
        assessment_criteria: vec!["c".into(); 21],
        ..Default::default()
    };
    let request = CreateLearningPathRequest {
        request_id: "x".into(),
        description: "d".repeat(2001),
        current_level: 0,
        target_level: 99,
        estimated_hours: -1,
        steps: vec![step_of(480), bad_step],
        student_id: "me".into(),
        ..Default::default()
    };

    let refused = sapiens(&service.admin("root")).create_learning_path(request).await;

    let paths = [
        "request_id",
        "subject",
        "title",
        "description",
        "current_level",
        "target_level",
        "estimated_hours",
        "student_id",
        "steps[1].title",
        "steps[1].description",
        "steps[1].topic",
        "steps[1].estimated_minutes",
        "steps[1].resources[0]",
        "steps[1].assessment_criteria",
    ];
    assert_fields(&refused, &paths);
}

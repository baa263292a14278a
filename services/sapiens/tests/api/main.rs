//! Sapiens as its callers see it, on SQLite or (with `AZORA_TEST_POSTGRES`) on Postgres.

#![expect(clippy::unwrap_used, reason = "what helps a test fails like a test")]

use proto::azora::common::v1::Level;
use proto::azora::sapiens::v1::sapiens_service_client::SapiensServiceClient;
use proto::azora::sapiens::v1::{
    CreateLearningPathRequest, CreateLearningPathResponse, GetProgressRequest, MessageRole, NewPathStep, PathStep,
    Progress, RecordedMessage, RecordedSession, StartTutoringSessionRequest, TutoringSession,
};
use sapiens::Sapiens;
use shared::testing::{TestChannel, TestService, TestUser, coverage, new_id};

mod complete_path_step;
mod create_learning_path;
mod end_tutoring_session;
mod get_learning_path;
mod get_progress;
mod get_student_profile;
mod get_tutoring_session;
mod list_learning_paths;
mod list_messages;
mod list_tutoring_sessions;
mod start_tutoring_session;
mod update_student_profile;

/// The generated client, signed in as `user`.
fn sapiens(user: &TestUser) -> SapiensServiceClient<TestChannel> {
    SapiensServiceClient::new(user.channel())
}

/// A request for a session about Python.
fn python_session() -> StartTutoringSessionRequest {
    StartTutoringSessionRequest { request_id: new_id(), topic: "Python Basics".into(), ..Default::default() }
}

/// A request that writes down half an hour of `student`, with a question and its answer.
fn recorded_session(student: &TestUser) -> StartTutoringSessionRequest {
    let said = |role: MessageRole, content: &str| RecordedMessage { role: role.into(), content: content.to_owned() };
    let messages = vec![
        said(MessageRole::User, "How do I make a variable in Python?"),
        said(MessageRole::Assistant, "Write a name, one equals sign, and the value."),
    ];
    StartTutoringSessionRequest {
        student_id: student.id.to_string(),
        recorded: Some(RecordedSession { minutes: 30, messages }),
        ..python_session()
    }
}

/// A new session of `user`.
async fn session_of(user: &TestUser) -> TutoringSession {
    started(user, python_session()).await
}

/// The session that a request makes.
async fn started(user: &TestUser, request: StartTutoringSessionRequest) -> TutoringSession {
    sapiens(user).start_tutoring_session(request).await.unwrap().into_inner().session.unwrap()
}

/// A request for a path through Python, laid out by rule.
fn python_path(current: Level, target: Level) -> CreateLearningPathRequest {
    CreateLearningPathRequest {
        request_id: new_id(),
        subject: "Python".into(),
        title: "Python Mastery Path".into(),
        current_level: current.into(),
        target_level: target.into(),
        ..Default::default()
    }
}

/// A step as an admin or a service gives it.
fn step_of(minutes: i32) -> NewPathStep {
    NewPathStep {
        title: "Values and names".into(),
        description: "Variables, numbers, text, and printing them".into(),
        estimated_minutes: minutes,
        assessment_criteria: vec!["predict the output of ten short programs".into()],
        ..Default::default()
    }
}

/// A new path of `user` from beginner to intermediate, with its five steps.
async fn path_of(user: &TestUser) -> CreateLearningPathResponse {
    created(user, python_path(Level::Beginner, Level::Intermediate)).await
}

/// The path that a request makes.
async fn created(user: &TestUser, request: CreateLearningPathRequest) -> CreateLearningPathResponse {
    sapiens(user).create_learning_path(request).await.unwrap().into_inner()
}

/// How far `user` has come on the path of `step`.
async fn progress(user: &TestUser, step: &PathStep) -> Progress {
    let request = GetProgressRequest { path_id: step.path_id.clone() };
    sapiens(user).get_progress(request).await.unwrap().into_inner().progress.unwrap()
}

#[tokio::test]
async fn every_rpc_is_guarded_and_has_a_test_file() {
    coverage::contract::<Sapiens>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    coverage::schema::<Sapiens>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn every_entity_matches_its_table() {
    let service = TestService::<Sapiens>::start().await;
    coverage::entity::<sapiens::entity::assessment::Entity>(&service).await;
    coverage::entity::<sapiens::entity::learning_insight::Entity>(&service).await;
    coverage::entity::<sapiens::entity::learning_path::Entity>(&service).await;
    coverage::entity::<sapiens::entity::message::Entity>(&service).await;
    coverage::entity::<sapiens::entity::path_step::Entity>(&service).await;
    coverage::entity::<sapiens::entity::progress::Entity>(&service).await;
    coverage::entity::<sapiens::entity::question::Entity>(&service).await;
    coverage::entity::<sapiens::entity::student_profile::Entity>(&service).await;
    coverage::entity::<sapiens::entity::tutoring_session::Entity>(&service).await;
}

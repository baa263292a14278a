//! A tutoring session that is over, and a learning path with its first step done.

use anyhow::{Context, Result};
use proto::azora::common::v1::Level;
use proto::azora::sapiens::v1::sapiens_service_client::SapiensServiceClient;
use proto::azora::sapiens::v1::{
    CompletePathStepRequest, CreateLearningPathRequest, GetLearningPathRequest, ListLearningPathsRequest,
    ListMessagesRequest, ListTutoringSessionsRequest, MessageRole, NewPathStep, RecordedMessage, RecordedSession,
    StartTutoringSessionRequest,
};

use super::{Loader, compare};
use crate::data::request_id;
use crate::report::Fate;
use crate::target::said;

pub async fn load(loader: &mut Loader<'_>) -> Result<()> {
    session(loader).await?;
    path(loader).await
}

fn level(word: &str) -> Result<Level> {
    word.parse().with_context(|| format!("{word:?} is no level"))
}

async fn session(loader: &mut Loader<'_>) -> Result<()> {
    let student = loader.user("student")?;
    let mut sapiens = SapiensServiceClient::new(loader.target.signed("sapiens", &loader.service)?);
    let data = &loader.data.sapiens.session;
    let query = ListTutoringSessionsRequest { student_id: student.clone(), page_size: 200, ..Default::default() };
    let found = sapiens.list_tutoring_sessions(query).await.map_err(said)?.into_inner().sessions;
    let found = found.into_iter().find(|session| session.topic == data.topic);
    let fate = match &found {
        Some(session) => compare(&[("duration_minutes", session.duration_minutes == data.minutes)]),
        None => {
            let mut messages = Vec::new();
            for message in &data.messages {
                let role: MessageRole = message.role.parse().context("an unknown role")?;
                messages.push(RecordedMessage { role: role.into(), content: message.content.clone() });
            }
            let request = StartTutoringSessionRequest {
                request_id: request_id("sapiens/session"),
                topic: data.topic.clone(),
                level: level(&data.level)?.into(),
                course_id: loader.courses.get(&data.course).cloned().unwrap_or_default(),
                student_id: student,
                recorded: Some(RecordedSession { minutes: data.minutes, messages }),
            };
            sapiens.start_tutoring_session(request).await.map_err(said)?;
            Fate::Created
        }
    };
    let spoken = match &found {
        None => Vec::new(),
        Some(session) => {
            let query = ListMessagesRequest { session_id: session.id.clone(), page_size: 200, ..Default::default() };
            sapiens.list_messages(query).await.map_err(said)?.into_inner().messages
        }
    };
    let contents: Vec<String> = data.messages.iter().map(|message| message.content.clone()).collect();
    loader.record("sapiens", "tutoring sessions", "session", &fate);
    for (index, content) in contents.iter().enumerate() {
        let fate = match (&found, spoken.get(index)) {
            (None, _) => Fate::Created,
            (Some(_), Some(message)) => compare(&[("content", message.content == *content)]),
            (Some(_), None) => Fate::Differs("it is missing".to_owned()),
        };
        loader.nested("sapiens", "messages", &format!("message {}", index + 1), &fate);
    }
    Ok(())
}

async fn path(loader: &mut Loader<'_>) -> Result<()> {
    let student = loader.user("student")?;
    let mut sapiens = SapiensServiceClient::new(loader.target.signed("sapiens", &loader.service)?);
    let data = &loader.data.sapiens.path;
    let query = ListLearningPathsRequest { student_id: student.clone(), page_size: 200, ..Default::default() };
    let found = sapiens.list_learning_paths(query).await.map_err(said)?.into_inner().paths;
    let (id, done, fate) = match found.into_iter().find(|path| path.title == data.title) {
        Some(path) => {
            let fate = compare(&[("subject", path.subject == data.subject)]);
            (path.id, path.completed_steps > 0, fate)
        }
        None => {
            let step = |step: &crate::data::Step| NewPathStep {
                title: step.title.clone(),
                description: step.description.clone(),
                topic: step.title.clone(),
                estimated_minutes: data.minutes_per_step,
                resources: Vec::new(),
                assessment_criteria: vec![step.criterion.clone()],
            };
            let request = CreateLearningPathRequest {
                request_id: request_id("sapiens/path"),
                subject: data.subject.clone(),
                title: data.title.clone(),
                current_level: level(&data.current_level)?.into(),
                target_level: level(&data.target_level)?.into(),
                estimated_hours: data.estimated_hours,
                steps: data.steps.iter().map(step).collect(),
                student_id: student,
                ..Default::default()
            };
            let path = sapiens.create_learning_path(request).await.map_err(said)?.into_inner().path;
            (path.context("no path in the answer")?.id, false, Fate::Created)
        }
    };
    if !done {
        let query = GetLearningPathRequest { path_id: id };
        let steps = sapiens.get_learning_path(query).await.map_err(said)?.into_inner().steps;
        let first = steps.into_iter().find(|step| step.position == 1).context("a path without a first step")?;
        let token = loader.person("student").await?;
        let mut own = SapiensServiceClient::new(loader.target.signed("sapiens", &token)?);
        let request = CompletePathStepRequest {
            request_id: request_id("sapiens/path/step-1"),
            step_id: first.id,
            ..Default::default()
        };
        own.complete_path_step(request).await.map_err(said)?;
    }
    loader.record("sapiens", "learning paths", "path", &fate);
    Ok(())
}

//! Begins a tutoring session, or writes down one that took place before.

use chrono::Duration;
use proto::azora::common::v1::Level;
use proto::azora::sapiens::v1::{
    MessageRole, RecordedMessage, RecordedSession, StartTutoringSessionRequest, StartTutoringSessionResponse,
    TutoringSession, TutoringSessionStatus,
};
use sea_orm::{ActiveModelTrait, EntityTrait};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::word::Word;

use crate::Sapiens;
use crate::entity::{message, tutoring_session};
use crate::id::{CourseId, TutoringSessionId};

const MINUTES_MAX: i32 = 24 * 60;
const MESSAGES_MAX: usize = 200;

pub struct StartTutoringSession {
    topic: String,
    level: Word<Level>,
    course: Option<CourseId>,
    student: Option<UserId>,
    recorded: Option<Recorded>,
}

/// What is known of a session that is over.
struct Recorded {
    minutes: i32,
    /// Who said what, in order.
    messages: Vec<(Word<MessageRole>, String)>,
}

impl TryFrom<StartTutoringSessionRequest> for StartTutoringSession {
    type Error = Error;

    fn try_from(request: StartTutoringSessionRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            topic: fields.text("topic", &request.topic, 1..=200),
            level: fields.optional_word("level", request.level).unwrap_or(Word(Level::Beginner)),
            course: fields.optional_id("course_id", &request.course_id),
            student: fields.optional_id("student_id", &request.student_id),
            recorded: request.recorded.map(|recorded| read_recorded(&mut fields, &recorded)),
        };
        fields.finish(input)
    }
}

fn read_recorded(fields: &mut Fields, recorded: &RecordedSession) -> Recorded {
    let minutes = fields.number("recorded.minutes", recorded.minutes, 1..=MINUTES_MAX);
    let count = recorded.messages.len();
    if count > MESSAGES_MAX {
        fields.refuse("recorded.messages", format!("must have at most {MESSAGES_MAX} entries, has {count}"));
        return Recorded { minutes, messages: Vec::new() };
    }
    let each = recorded.messages.iter().enumerate();
    Recorded { minutes, messages: each.map(|(index, said)| read_message(fields, index, said)).collect() }
}

fn read_message(fields: &mut Fields, index: usize, said: &RecordedMessage) -> (Word<MessageRole>, String) {
    let path = |field: &str| format!("recorded.messages[{index}].{field}");
    (fields.word(&path("role"), said.role), fields.text(&path("content"), &said.content, 1..=8000))
}

impl StartTutoringSession {
    /// The session as it is from now on: active, or over if it was recorded.
    fn of(&self, student: UserId, call: &Call) -> tutoring_session::Model {
        let now = call.now();
        let begun = tutoring_session::Model {
            id: TutoringSessionId::new(),
            student_id: student,
            topic: self.topic.clone(),
            level: self.level,
            status: Word(TutoringSessionStatus::Active),
            started_at: now,
            last_message_at: now,
            course_id: self.course,
            duration_minutes: 0,
            message_count: 0,
            ended_at: None,
            created_at: now,
            updated_at: now,
        };
        let Some(recorded) = &self.recorded else { return begun };
        tutoring_session::Model {
            status: Word(TutoringSessionStatus::Completed),
            started_at: now - Duration::minutes(recorded.minutes.into()),
            duration_minutes: recorded.minutes,
            message_count: i32::try_from(recorded.messages.len()).unwrap_or(i32::MAX),
            ended_at: Some(now),
            ..begun
        }
    }
}

pub async fn run(sapiens: &Sapiens, call: &Call, input: StartTutoringSession) -> Result<StartTutoringSessionResponse> {
    sapiens
        .work
        .mutate(call, async |work| {
            if input.recorded.is_some() {
                call.require_privileged("recorded")?;
            }
            let student = call.subject("student_id", input.student)?;
            let session = tutoring_session::ActiveModel::from(input.of(student, call)).insert(&work.tx).await?;

            let said = input.recorded.map(|recorded| recorded.messages).unwrap_or_default();
            let in_order = said.into_iter().zip(1..);
            let messages: Vec<message::ActiveModel> = in_order
                .map(|((role, content), seq)| message::recorded(session.id, seq, role, content, call.now()).into())
                .collect();
            message::Entity::insert_many(messages).exec_without_returning(&work.tx).await?;

            let session = TutoringSession::from(session);
            work.audit(&session.id, &session)?;
            Ok(StartTutoringSessionResponse { session: Some(session) })
        })
        .await
}

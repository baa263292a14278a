//! A talk between a learner and the tutor about one topic.

use proto::azora::common::v1::Level;
use proto::azora::sapiens::v1::{self as api, TutoringSessionStatus};
use sea_orm::entity::prelude::*;
use shared::call::Call;
use shared::clock::{self, Time};
use shared::id::UserId;
use shared::word::Word;

use crate::id::{CourseId, TutoringSessionId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tutoring_sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TutoringSessionId,
    pub student_id: UserId,
    pub topic: String,
    pub level: Word<Level>,
    pub status: Word<TutoringSessionStatus>,
    pub started_at: Time,
    pub last_message_at: Time,
    pub course_id: Option<CourseId>,
    pub duration_minutes: i32,
    pub message_count: i32,
    pub ended_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The sessions of one learner.
#[must_use]
pub fn owned_by(student: UserId) -> Select<Entity> {
    Entity::find().filter(Column::StudentId.eq(student))
}

/// What the caller may see: everything for admins and services, else the caller's own.
#[must_use]
pub fn visible_to(call: &Call) -> Select<Entity> {
    if call.sees_everything() { Entity::find() } else { owned_by(call.user()) }
}

impl Model {
    /// Whether something can still be said in it.
    #[must_use]
    pub fn is_active(&self) -> bool {
        *self.status == TutoringSessionStatus::Active
    }

    /// How long it has taken at that moment, in whole minutes.
    #[must_use]
    pub fn minutes_until(&self, end: Time) -> i32 {
        // A clock that stepped back makes no negative time.
        let minutes = (end - self.started_at).num_minutes().max(0);
        i32::try_from(minutes).unwrap_or(i32::MAX)
    }
}

impl From<Model> for api::TutoringSession {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            student_id: row.student_id.to_string(),
            topic: row.topic,
            level: row.level.number(),
            status: row.status.number(),
            course_id: row.course_id.map(|course| course.to_string()).unwrap_or_default(),
            duration_minutes: row.duration_minutes,
            message_count: row.message_count,
            started_at: Some(clock::to_proto(row.started_at)),
            last_message_at: Some(clock::to_proto(row.last_message_at)),
            ended_at: row.ended_at.map(clock::to_proto),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn only_whole_minutes_count() {
        let start = Time::default();
        let session = Model {
            id: TutoringSessionId::default(),
            student_id: UserId::default(),
            topic: String::new(),
            level: Word(Level::Beginner),
            status: Word(TutoringSessionStatus::Active),
            started_at: start,
            last_message_at: start,
            course_id: None,
            duration_minutes: 0,
            message_count: 0,
            ended_at: None,
            created_at: start,
            updated_at: start,
        };
        for (seconds, minutes) in [(-1, 0), (0, 0), (59, 0), (60, 1), (1799, 29), (1800, 30)] {
            assert_eq!(session.minutes_until(start + Duration::seconds(seconds)), minutes, "{seconds} s");
        }
    }
}

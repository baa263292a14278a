//! How far a learner has come on a path: one row for each path, made with it and counted with its steps.

use proto::azora::sapiens::v1 as api;
use sea_orm::entity::prelude::*;
use shared::call::Call;
use shared::clock::{self, Time};
use shared::hundredths::Hundredths;
use shared::id::UserId;

use crate::entity::learning_path;
use crate::id::{LearningPathId, ProgressId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "progress")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProgressId,
    pub student_id: UserId,
    pub path_id: LearningPathId,
    pub subject: String,
    pub completion_rate: Hundredths,
    pub time_spent_seconds: i32,
    pub last_activity_at: Time,
    pub current_step: i32,
    pub total_steps: i32,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The progress of one learner.
#[must_use]
pub fn owned_by(student: UserId) -> Select<Entity> {
    Entity::find().filter(Column::StudentId.eq(student))
}

/// What the caller may see: everything for admins and services, else the caller's own.
#[must_use]
pub fn visible_to(call: &Call) -> Select<Entity> {
    if call.sees_everything() { Entity::find() } else { owned_by(call.user()) }
}

/// The progress on a path that has just been laid out.
#[must_use]
pub fn open(path: &learning_path::Model) -> Model {
    Model {
        id: ProgressId::new(),
        student_id: path.student_id,
        path_id: path.id,
        subject: path.subject.clone(),
        completion_rate: completion_rate(path.completed_steps, path.total_steps),
        time_spent_seconds: 0,
        last_activity_at: path.created_at,
        current_step: path.completed_steps,
        total_steps: path.total_steps,
        created_at: path.created_at,
        updated_at: path.created_at,
    }
}

/// The share of steps that are completed, rounded half up; 100 % only where all are.
#[must_use]
pub fn completion_rate(completed: i32, total: i32) -> Hundredths {
    if completed >= total {
        return Hundredths(if total > 0 { 10_000 } else { 0 });
    }
    let (completed, total) = (i64::from(completed), i64::from(total));
    let rounded = (completed * 20_000 + total) / (2 * total);
    Hundredths(i32::try_from(rounded.min(9_999)).unwrap_or(0))
}

impl From<Model> for api::Progress {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            student_id: row.student_id.to_string(),
            path_id: row.path_id.to_string(),
            subject: row.subject,
            current_step: row.current_step,
            total_steps: row.total_steps,
            completion_rate: row.completion_rate.to_string(),
            time_spent_seconds: row.time_spent_seconds,
            last_activity_at: Some(clock::to_proto(row.last_activity_at)),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_and_whole_only_at_the_end() {
        let shares = [(0, 5, 0), (1, 5, 2_000), (1, 3, 3_333), (2, 3, 6_667), (5, 5, 10_000), (0, 0, 0)];
        for (completed, total, expected) in shares {
            assert_eq!(completion_rate(completed, total), Hundredths(expected), "{completed} of {total}");
        }
        assert_eq!(completion_rate(99_999, 100_000), Hundredths(9_999));
    }
}

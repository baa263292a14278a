//! A way through a subject from one level to a higher one. Its counts are those of its steps: whatever completes a
//! step locks the path first and counts in the same change.

use proto::azora::common::v1::Level;
use proto::azora::sapiens::v1::{self as api, LearningPathStatus};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use shared::call::Call;
use shared::clock::{self, Time};
use shared::id::UserId;
use shared::word::Word;

use crate::id::LearningPathId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "learning_paths")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LearningPathId,
    pub student_id: UserId,
    pub subject: String,
    pub title: String,
    pub description: Option<String>,
    pub status: Word<LearningPathStatus>,
    pub current_level: Word<Level>,
    pub target_level: Word<Level>,
    pub difficulty: Word<Level>,
    pub estimated_hours: i32,
    pub total_steps: i32,
    pub completed_steps: i32,
    pub milestones: Option<Milestones>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The levels on the way, as the column holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Milestones(pub Vec<Milestone>);

/// A level that is reached on a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// The word of the level.
    pub level: String,
    /// The position of the step that completes it.
    pub position: i32,
}

/// The paths of one learner.
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
    /// Whether its steps can be completed.
    #[must_use]
    pub fn is_active(&self) -> bool {
        *self.status == LearningPathStatus::Active
    }

    /// What it comes to when one more step is completed.
    #[must_use]
    pub fn status_after(&self, completed_steps: i32) -> LearningPathStatus {
        if completed_steps >= self.total_steps { LearningPathStatus::Completed } else { LearningPathStatus::Active }
    }
}

impl From<Milestone> for api::Milestone {
    fn from(kept: Milestone) -> Self {
        let level = kept.level.parse::<Level>().unwrap_or_default();
        Self { level: Word(level).number(), position: kept.position }
    }
}

impl From<Model> for api::LearningPath {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            student_id: row.student_id.to_string(),
            subject: row.subject,
            title: row.title,
            description: row.description.unwrap_or_default(),
            status: row.status.number(),
            current_level: row.current_level.number(),
            target_level: row.target_level.number(),
            difficulty: row.difficulty.number(),
            estimated_hours: row.estimated_hours,
            total_steps: row.total_steps,
            completed_steps: row.completed_steps,
            milestones: row.milestones.unwrap_or_default().0.into_iter().map(Into::into).collect(),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

//! One step of a path. Steps are completed in the order of their positions.

use proto::azora::sapiens::v1 as api;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, QueryTrait};
use shared::clock::{self, Time};
use shared::id::UserId;
use shared::json::Words;

use crate::entity::learning_path;
use crate::id::{LearningPathId, PathStepId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "path_steps")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PathStepId,
    pub path_id: LearningPathId,
    pub title: String,
    pub description: String,
    pub resources: Words,
    pub assessment_criteria: Words,
    pub completed_at: Option<Time>,
    pub position: i32,
    pub topic: Option<String>,
    pub estimated_minutes: i32,
    pub completed: bool,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The steps of one learner's paths.
#[must_use]
pub fn owned_by(student: UserId) -> Select<Entity> {
    let own = learning_path::owned_by(student).select_only().column(learning_path::Column::Id).into_query();
    Entity::find().filter(Column::PathId.in_subquery(own))
}

/// The steps of one path in order; the path has been found to be the caller's to see.
#[must_use]
pub fn of_path(path: LearningPathId) -> Select<Entity> {
    Entity::find().filter(Column::PathId.eq(path)).order_by_asc(Column::Position)
}

/// The step to complete next, of steps in order.
#[must_use]
pub fn next(steps: &[Model]) -> Option<&Model> {
    steps.iter().find(|step| !step.completed)
}

impl From<Model> for api::PathStep {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            path_id: row.path_id.to_string(),
            position: row.position,
            title: row.title,
            description: row.description,
            topic: row.topic.unwrap_or_default(),
            estimated_minutes: row.estimated_minutes,
            resources: row.resources.0,
            assessment_criteria: row.assessment_criteria.0,
            completed: row.completed,
            completed_at: row.completed_at.map(clock::to_proto),
        }
    }
}

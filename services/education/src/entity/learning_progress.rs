//! What one student has done in one module, from its beginning on.

use proto::azora::education::v1 as api;
use sea_orm::entity::prelude::*;
use sea_orm::{QuerySelect, QueryTrait};
use shared::clock::{self, Time};
use shared::hundredths::Hundredths;

use crate::entity::module;
use crate::id::{CourseId, LearningProgressId, ModuleId, StudentId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "learning_progress")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LearningProgressId,
    pub student_id: StudentId,
    pub module_id: ModuleId,
    pub started_at: Time,
    pub completed: bool,
    pub completed_at: Option<Time>,
    pub time_spent_seconds: i32,
    pub score: Option<Hundredths>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The row of one student in one module, if it has been begun.
#[must_use]
pub fn of(student: StudentId, module: ModuleId) -> Select<Entity> {
    Entity::find().filter(Column::StudentId.eq(student)).filter(Column::ModuleId.eq(module))
}

/// What everybody has done in the modules of one course. Rows of deleted modules are not among them.
#[must_use]
pub fn in_course(course: CourseId) -> Select<Entity> {
    let modules = module::of_course(course).select_only().column(module::Column::Id).into_query();
    Entity::find().filter(Column::ModuleId.in_subquery(modules))
}

/// A module that has just been begun.
#[must_use]
pub fn begun(student: StudentId, module: ModuleId, now: Time) -> Model {
    Model {
        id: LearningProgressId::new(),
        student_id: student,
        module_id: module,
        started_at: now,
        completed: false,
        completed_at: None,
        time_spent_seconds: 0,
        score: None,
        created_at: now,
        updated_at: now,
    }
}

impl From<Model> for api::LearningProgress {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            student_id: row.student_id.to_string(),
            module_id: row.module_id.to_string(),
            started_at: Some(clock::to_proto(row.started_at)),
            completed: row.completed,
            completed_at: row.completed_at.map(clock::to_proto),
            time_spent_seconds: row.time_spent_seconds,
            score: row.score.map(|score| score.to_string()).unwrap_or_default(),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

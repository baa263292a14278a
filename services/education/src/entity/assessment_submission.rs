//! Answers handed in, with what they were worth. Never changed.

use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::hundredths::Hundredths;

use crate::id::{ModuleId, StudentId, SubmissionId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "assessment_submissions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SubmissionId,
    pub student_id: StudentId,
    pub module_id: ModuleId,
    pub assessment_id: String,
    pub attempt: i32,
    pub answers: Json,
    pub points: i32,
    pub max_points: i32,
    pub score: Hundredths,
    pub passed: bool,
    pub feedback: Json,
    pub submitted_at: Time,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

//! A test that a learner takes: what was shown, and what came out.

use proto::azora::common::v1::Level;
use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::hundredths::Hundredths;
use shared::id::UserId;
use shared::word::Word;

use crate::id::{AssessmentId, LearningPathId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "assessments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AssessmentId,
    pub student_id: UserId,
    pub path_id: Option<LearningPathId>,
    pub subject: String,
    pub difficulty: Word<Level>,
    pub score: Option<Hundredths>,
    pub ability: Option<f64>,
    pub standard_error: Option<f64>,
    pub status: String,
    pub started_at: Time,
    pub r#type: String,
    pub questions: Json,
    pub answers: Option<Json>,
    pub points: i32,
    pub max_score: i32,
    pub passed: bool,
    pub selection_seed: i64,
    pub time_limit_seconds: i32,
    pub time_spent_seconds: Option<i32>,
    pub completed_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

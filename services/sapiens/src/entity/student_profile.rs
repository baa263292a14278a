//! What is known of one learner: what they say of themselves, and what sapiens found out.

use proto::azora::common::v1::Level;
use proto::azora::sapiens::v1::{self as api, LearningPace, LearningStyle};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use serde_json::Map;
use shared::clock::{self, Time};
use shared::error::{Error, Result};
use shared::id::UserId;
use shared::json::Words;
use shared::word::Word;
use shared::work::Work;

use crate::id::StudentProfileId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "student_profiles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StudentProfileId,
    pub pace: Word<LearningPace>,
    pub level: Word<Level>,
    pub goals: Option<Words>,
    pub metadata: Option<Json>,
    pub student_id: UserId,
    pub learning_style: Option<Word<LearningStyle>>,
    pub strengths: Words,
    pub weaknesses: Words,
    pub interests: Words,
    pub abilities: Json,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The profile of one learner, if there is one.
#[must_use]
pub fn owned_by(student: UserId) -> Select<Entity> {
    Entity::find().filter(Column::StudentId.eq(student))
}

/// The profile of somebody of whom nothing is known yet.
#[must_use]
pub fn open(student: UserId, now: Time) -> Model {
    Model {
        id: StudentProfileId::new(),
        pace: Word(LearningPace::Medium),
        level: Word(Level::Beginner),
        goals: None,
        metadata: None,
        student_id: student,
        learning_style: None,
        strengths: Words::default(),
        weaknesses: Words::default(),
        interests: Words::default(),
        abilities: Json::Object(Map::new()),
        created_at: now,
        updated_at: now,
    }
}

/// Locks the profile of a learner, and makes it if there is none.
///
/// # Errors
/// Whatever the database refuses.
pub async fn lock(work: &Work<'_>, student: UserId, now: Time) -> Result<Model> {
    Entity::insert(ActiveModel::from(open(student, now)))
        .on_conflict(OnConflict::column(Column::StudentId).do_nothing().to_owned())
        .exec_without_returning(&work.tx)
        .await?;
    let row = work.lock_one(owned_by(student)).await?;
    row.ok_or_else(|| Error::internal("a profile that was made is not there"))
}

impl From<Model> for api::StudentProfile {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            student_id: row.student_id.to_string(),
            pace: row.pace.number(),
            level: row.level.number(),
            learning_style: row.learning_style.unwrap_or_default().number(),
            goals: row.goals.unwrap_or_default().0,
            strengths: row.strengths.0,
            weaknesses: row.weaknesses.0,
            interests: row.interests.0,
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

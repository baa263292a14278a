//! What somebody can do, and has done.

use proto::azora::forge::v1 as api;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::{self, Time};
use shared::hundredths::Hundredths;
use shared::id::UserId;
use shared::json::Words;

use crate::id::ProfileId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "skill_profiles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProfileId,
    pub user_id: UserId,
    pub headline: Option<String>,
    pub skills: Words,
    pub rating: Hundredths,
    pub rating_sum: i32,
    pub rating_count: i32,
    pub jobs_completed: i32,
    pub total_earned: Amount,
    pub opening_jobs: i32,
    pub opening_rating_sum: i32,
    pub opening_rating_count: i32,
    pub opening_earned: Amount,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The profile of one user.
#[must_use]
pub fn owned_by(user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user))
}

/// An empty profile.
#[must_use]
pub fn open(user: UserId, now: Time) -> ActiveModel {
    ActiveModel {
        id: Set(ProfileId::new()),
        user_id: Set(user),
        headline: Set(None),
        skills: Set(Words::default()),
        rating: Set(Hundredths(0)),
        rating_sum: Set(0),
        rating_count: Set(0),
        jobs_completed: Set(0),
        total_earned: Set(Amount::ZERO),
        opening_jobs: Set(0),
        opening_rating_sum: Set(0),
        opening_rating_count: Set(0),
        opening_earned: Set(Amount::ZERO),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

impl Model {
    /// Whether history from elsewhere has been stated.
    #[must_use]
    pub fn has_opening(&self) -> bool {
        (self.opening_jobs, self.opening_rating_count, self.opening_earned) != (0, 0, Amount::ZERO)
    }
}

impl From<Model> for api::SkillProfile {
    fn from(row: Model) -> Self {
        let opening = row.has_opening().then(|| api::RecordedHistory {
            jobs_completed: row.opening_jobs,
            rating_sum: row.opening_rating_sum,
            rating_count: row.opening_rating_count,
            earned: row.opening_earned.to_string(),
        });
        Self {
            id: row.id.to_string(),
            user_id: row.user_id.to_string(),
            headline: row.headline.unwrap_or_default(),
            skills: row.skills.0,
            rating: row.rating.to_string(),
            rating_count: row.rating_count,
            jobs_completed: row.jobs_completed,
            total_earned: row.total_earned.to_string(),
            opening,
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

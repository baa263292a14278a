//! A job.

use proto::azora::common::v1::{Currency, Level};
use proto::azora::forge::v1::{self as api, JobStatus};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::{self, Time};
use shared::id::UserId;
use shared::json::Words;
use shared::word::Word;

use crate::id::JobId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    pub title: String,
    pub description: String,
    pub employer_id: UserId,
    pub budget: Amount,
    pub currency: Word<Currency>,
    pub skills: Words,
    pub category: String,
    pub level: Word<Level>,
    pub status: Word<JobStatus>,
    pub deadline: Option<Time>,
    pub search_text: String,
    pub version: i32,
    pub created_at: Time,
    pub updated_at: Time,
    pub deleted_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The jobs that the caller may see: open ones, their own, and for administrators and services all.
#[must_use]
pub fn visible_to(call: &Call) -> Select<Entity> {
    let jobs = Entity::find().filter(Column::DeletedAt.is_null());
    if call.sees_everything() {
        return jobs;
    }
    let open = Column::Status.eq(Word(JobStatus::Open));
    jobs.filter(Condition::any().add(open).add(Column::EmployerId.eq(call.user())))
}

impl From<Model> for api::Job {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            title: row.title,
            description: row.description,
            employer_id: row.employer_id.to_string(),
            budget: row.budget.to_string(),
            currency: row.currency.number(),
            skills: row.skills.0,
            category: row.category,
            level: row.level.number(),
            status: row.status.number(),
            deadline: row.deadline.map(clock::to_proto),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

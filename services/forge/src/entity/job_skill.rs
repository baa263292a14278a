//! A skill that a job asks for, as it is searched.

use sea_orm::entity::prelude::*;

use shared::clock::Time;

use crate::id::JobId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job_skills")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: JobId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub skill_key: String,
    pub name: String,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

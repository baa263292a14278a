//! A skill of a profile, as it is searched, with its proof.

use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::hundredths::Hundredths;

use crate::id::ProfileId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "profile_skills")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub profile_id: ProfileId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub skill_key: String,
    pub name: String,
    pub level: Option<String>,
    pub score: Option<Hundredths>,
    pub evidence: Option<String>,
    pub verified_until: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

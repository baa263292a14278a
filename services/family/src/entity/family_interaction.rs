//! That a person turned to a member.

use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::id::UserId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "family_interactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: UserId,
    pub member_name: String,
    pub interaction: String,
    pub sentiment: Option<String>,
    pub compound: Option<f64>,
    pub metadata: Option<Json>,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

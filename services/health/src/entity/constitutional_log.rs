//! A decision on a governed action.

use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::id::UserId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "constitutional_logs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub service: String,
    pub action: String,
    pub user_id: Option<UserId>,
    pub subject_type: String,
    pub subject_id: String,
    pub decision: String,
    pub severity: String,
    pub rule_id: Option<String>,
    pub article: Option<String>,
    pub score: Option<i32>,
    pub results: Json,
    pub metadata: Json,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

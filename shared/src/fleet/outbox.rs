//! An event that waits to be published, stored with its cause.

use sea_orm::entity::prelude::*;

use crate::clock::Time;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub aggregate_type: String,
    pub aggregate_id: Uuid,
    pub sequence: i64,
    pub position: i64,
    pub transaction_mark: Option<i64>,
    pub r#type: String,
    pub data: Json,
    pub trace: Option<String>,
    pub published_at: Option<Time>,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

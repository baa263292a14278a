//! What slows guessing down: attempts by dimension and keyed digest of whom they concern.

use sea_orm::entity::prelude::*;
use shared::clock::Time;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "throttle_counters")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub dimension: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_hash: Vec<u8>,
    pub count: i32,
    pub window_start: Time,
    pub blocked_until: Option<Time>,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

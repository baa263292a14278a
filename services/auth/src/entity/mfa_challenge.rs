//! A second factor that is waited for.

use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::id::UserId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mfa_challenges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: UserId,
    pub purpose: String,
    pub method: Option<String>,
    pub code_hash: Option<Vec<u8>>,
    pub attempts: i32,
    pub sends: i32,
    pub binding: Option<Vec<u8>>,
    pub epoch: i32,
    pub device_label: Option<String>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub expires_at: Time,
    pub consumed_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

//! The second factors of a user.

use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::id::UserId;
use shared::json::Words;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mfa_settings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: UserId,
    pub enabled: bool,
    pub preferred_method: Option<String>,
    pub totp_secret: Option<Vec<u8>>,
    pub totp_confirmed_at: Option<Time>,
    pub totp_last_step: Option<i64>,
    pub sms_phone: Option<Vec<u8>>,
    pub sms_confirmed_at: Option<Time>,
    pub email_confirmed_at: Option<Time>,
    pub recovery_salt: Option<Vec<u8>>,
    pub recovery_hashes: Words,
    pub recovery_used: i32,
    pub guesses: i32,
    pub guesses_since: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

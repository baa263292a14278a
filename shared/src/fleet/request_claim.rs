//! The first answer to a request id.

use sea_orm::entity::prelude::*;

use crate::clock::Time;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "request_claims")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub caller: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: Uuid,
    pub method: String,
    pub request_hash: Vec<u8>,
    pub key_id: String,
    pub field_digests: Json,
    pub code: i32,
    pub reason: Option<String>,
    pub response: Option<Vec<u8>>,
    pub decided_at: Time,
    pub expires_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

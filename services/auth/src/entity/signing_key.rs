//! A key that access tokens are signed with.

use sea_orm::entity::prelude::*;
use shared::clock::Time;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    pub public_key: Vec<u8>,
    pub private_key: Option<Vec<u8>>,
    pub state: String,
    pub not_before: Time,
    pub retired_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

//! A one-time token that was sent to an address.

use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::id::UserId;

use crate::id::TokenId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TokenId,
    pub user_id: UserId,
    pub r#type: String,
    pub token_hash: Vec<u8>,
    pub email: String,
    pub epoch: i32,
    pub expires_at: Time,
    pub consumed_at: Option<Time>,
    pub superseded_at: Option<Time>,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The token behind a digest, if it still works.
#[must_use]
pub fn usable(digest: &[u8], kind: &str, now: Time) -> Select<Entity> {
    Entity::find()
        .filter(Column::TokenHash.eq(digest))
        .filter(Column::Type.eq(kind))
        .filter(Column::ConsumedAt.is_null())
        .filter(Column::SupersededAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
}

//! What a login opened, until it ends.

use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::id::UserId;
use shared::json::Words;

use crate::id::SessionId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub user_id: UserId,
    pub refresh_key: Vec<u8>,
    pub refresh_counter: i64,
    pub refreshed_at: Time,
    pub grace_on: Option<String>,
    pub grace_uses: i32,
    pub device_label: Option<String>,
    pub device_key: Option<Vec<u8>>,
    pub epoch: i32,
    pub aal: i32,
    pub amr: Words,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub authenticated_at: Time,
    pub last_used_at: Time,
    pub idle_expires_at: Time,
    pub absolute_expires_at: Time,
    pub revoked_at: Option<Time>,
    pub revoke_reason: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// A session of a user that has not ended.
#[must_use]
pub fn open_one(user: UserId, session: Uuid) -> Select<Entity> {
    Entity::find_by_id(SessionId(session)).filter(Column::UserId.eq(user)).filter(Column::RevokedAt.is_null())
}

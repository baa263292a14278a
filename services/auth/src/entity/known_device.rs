//! A device that has finished a login, known again by the token it was given.

use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::id::UserId;

use crate::id::DeviceId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "known_devices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeviceId,
    pub user_id: UserId,
    pub cookie_hash: Vec<u8>,
    pub label: Option<String>,
    pub failures: i32,
    pub blocked_until: Option<Time>,
    pub last_seen_at: Time,
    pub trusted_until: Time,
    pub revoked_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// A user's device by the digests of its token, of which one is its own, while it is trusted.
#[must_use]
pub fn trusted(user: UserId, digests: Vec<Vec<u8>>, now: Time) -> Select<Entity> {
    Entity::find()
        .filter(Column::CookieHash.is_in(digests))
        .filter(Column::UserId.eq(user))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::TrustedUntil.gt(now))
}

//! A key for automation.

use proto::azora::auth::v1::ApiKey;
use sea_orm::entity::prelude::*;
use shared::clock::{self, Time};
use shared::id::UserId;
use shared::json::Words;

use crate::id::ApiKeyId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    pub user_id: UserId,
    pub name: String,
    pub prefix: String,
    pub key_hash: Vec<u8>,
    pub scopes: Words,
    pub expires_at: Option<Time>,
    pub last_used_at: Option<Time>,
    pub revoked_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The keys of a user, also those that have ended.
#[must_use]
pub fn owned_by(user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user))
}

/// The keys of a user that work at this moment.
#[must_use]
pub fn working(user: UserId, now: Time) -> Select<Entity> {
    owned_by(user).filter(Column::RevokedAt.is_null()).filter(Column::ExpiresAt.gt(now))
}

/// The key behind a digest, whether it works or not.
#[must_use]
pub fn by_hash(digest: &[u8]) -> Select<Entity> {
    Entity::find().filter(Column::KeyHash.eq(digest))
}

impl From<Model> for ApiKey {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            prefix: row.prefix,
            scopes: row.scopes.0,
            expires_at: row.expires_at.map(clock::to_proto),
            last_used_at: row.last_used_at.map(clock::to_proto),
            revoked_at: row.revoked_at.map(clock::to_proto),
            created_at: Some(clock::to_proto(row.created_at)),
        }
    }
}

//! What a person says of themselves.

use proto::azora::auth::v1::Profile;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use shared::clock::{self, Time};
use shared::id::UserId;

use crate::id::ProfileId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user_profiles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProfileId,
    pub user_id: UserId,
    pub bio: Option<String>,
    pub avatar_url: Option<String>,
    pub location: Option<String>,
    pub timezone: Option<String>,
    pub language: String,
    pub metadata: Option<Json>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The profile of one user.
#[must_use]
pub fn owned_by(user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user))
}

/// An empty profile.
#[must_use]
pub fn open(user: UserId, now: Time) -> ActiveModel {
    ActiveModel {
        id: Set(ProfileId::new()),
        user_id: Set(user),
        bio: Set(None),
        avatar_url: Set(None),
        location: Set(None),
        timezone: Set(None),
        language: Set("en".to_owned()),
        metadata: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

impl From<Model> for Profile {
    fn from(row: Model) -> Self {
        Self {
            user_id: row.user_id.to_string(),
            bio: row.bio.unwrap_or_default(),
            avatar_url: row.avatar_url.unwrap_or_default(),
            location: row.location.unwrap_or_default(),
            timezone: row.timezone.unwrap_or_default(),
            language: row.language,
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

//! A conversation of a person with a member.

use proto::azora::family::v1 as api;
use sea_orm::entity::prelude::*;
use shared::clock::{self, Time};
use shared::id::UserId;

use crate::id::{ConversationId, MemberId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "conversations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConversationId,
    pub member_id: MemberId,
    pub user_id: UserId,
    pub title: Option<String>,
    pub context: Option<Json>,
    pub message_count: i32,
    pub started_at: Time,
    pub last_message_at: Time,
    pub created_at: Time,
    pub updated_at: Time,
    pub deleted_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The conversations of one person that have not been removed.
#[must_use]
pub fn owned_by(user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user)).filter(Column::DeletedAt.is_null())
}

impl Model {
    /// In the contract, where a member is a name.
    #[must_use]
    pub fn to_proto(self, member: &str) -> api::Conversation {
        api::Conversation {
            id: self.id.to_string(),
            user_id: self.user_id.to_string(),
            member: member.to_owned(),
            title: self.title.unwrap_or_default(),
            message_count: self.message_count,
            started_at: Some(clock::to_proto(self.started_at)),
            last_message_at: Some(clock::to_proto(self.last_message_at)),
        }
    }
}

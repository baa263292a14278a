//! Something that was said.

use proto::azora::family::v1::{Message, MessageRole, Mood};
use sea_orm::entity::prelude::*;
use shared::clock::{self, Time};
use shared::id::UserId;
use shared::word::Word;

use crate::id::{ConversationId, MemberId, MessageId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub member_id: MemberId,
    pub user_id: UserId,
    pub seq: i32,
    pub role: Word<MessageRole>,
    pub content: String,
    pub mood: Word<Mood>,
    pub compound: Option<f64>,
    pub ai_generated: bool,
    pub metadata: Option<Json>,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// What was said in one conversation of one person.
#[must_use]
pub fn said_in(conversation: ConversationId, user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::ConversationId.eq(conversation)).filter(Column::UserId.eq(user))
}

impl From<Model> for Message {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            seq: row.seq,
            role: row.role.number(),
            content: row.content,
            mood: row.mood.number(),
            ai_generated: row.ai_generated,
            created_at: Some(clock::to_proto(row.created_at)),
        }
    }
}

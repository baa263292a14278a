//! Something that was said in a session. It never changes, and its number tells its place.

use proto::azora::sapiens::v1::{self as api, MessageRole};
use sea_orm::entity::prelude::*;
use shared::clock::{self, Time};
use shared::word::Word;

use crate::id::{MessageId, TutoringSessionId};

/// The tutor that is built in and asks nobody else.
const OFFLINE: &str = "offline";

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub session_id: TutoringSessionId,
    pub role: Word<MessageRole>,
    pub content: String,
    pub seq: i32,
    pub ai_generated: bool,
    pub provider: Option<String>,
    pub metadata: Option<Json>,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// What was said in one session, which the caller has been found to see.
#[must_use]
pub fn of_session(session: TutoringSessionId) -> Select<Entity> {
    Entity::find().filter(Column::SessionId.eq(session))
}

/// A message as it was said in a session of before. What an assistant said is marked as a machine's.
#[must_use]
pub fn recorded(session: TutoringSessionId, seq: i32, role: Word<MessageRole>, content: String, now: Time) -> Model {
    let ai_generated = *role == MessageRole::Assistant;
    Model {
        id: MessageId::new(),
        session_id: session,
        role,
        content,
        seq,
        ai_generated,
        provider: ai_generated.then(|| OFFLINE.to_owned()),
        metadata: None,
        created_at: now,
    }
}

impl From<Model> for api::Message {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            session_id: row.session_id.to_string(),
            seq: row.seq,
            role: row.role.number(),
            content: row.content,
            ai_generated: row.ai_generated,
            provider: row.provider.unwrap_or_default(),
            created_at: Some(clock::to_proto(row.created_at)),
        }
    }
}

//! Something that smells of an attack, for administrators to look at.

use proto::azora::auth::v1::{self as api, SecurityEventType, Severity};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use serde_json::Value;
use shared::call::Call;
use shared::clock;
use shared::clock::Time;
use shared::id::UserId;
use shared::word::Word;

use crate::id::SecurityEventId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "security_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SecurityEventId,
    pub user_id: Option<UserId>,
    pub r#type: Word<SecurityEventType>,
    pub severity: Word<Severity>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub metadata: Json,
    pub resolved_at: Option<Time>,
    pub resolved_by: Option<Uuid>,
    pub resolution: Option<String>,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// Notes an event in the transaction of what caused it. `metadata` holds no secret and nothing personal.
///
/// # Errors
/// Whatever the database refuses.
pub async fn note(
    tx: &impl ConnectionTrait,
    call: &Call,
    user: Option<UserId>,
    (kind, severity): (SecurityEventType, Severity),
    metadata: Value,
) -> Result<(), DbErr> {
    let event = ActiveModel {
        id: Set(SecurityEventId::new()),
        user_id: Set(user),
        r#type: Set(Word(kind)),
        severity: Set(Word(severity)),
        ip_address: Set(call.origin().address.map(|address| address.to_string())),
        user_agent: Set(call.origin().agent.as_ref().map(|agent| agent.chars().take(200).collect())),
        metadata: Set(metadata),
        resolved_at: Set(None),
        resolved_by: Set(None),
        resolution: Set(None),
        created_at: Set(call.now()),
    };
    Entity::insert(event).exec_without_returning(tx).await.map(drop)
}

impl From<Model> for api::SecurityEvent {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            user_id: row.user_id.map(|id| id.to_string()).unwrap_or_default(),
            r#type: row.r#type.number(),
            severity: row.severity.number(),
            ip_address: row.ip_address.unwrap_or_default(),
            user_agent: row.user_agent.unwrap_or_default(),
            created_at: Some(clock::to_proto(row.created_at)),
            resolved_at: row.resolved_at.map(clock::to_proto),
            resolved_by: row.resolved_by.map(|id| id.to_string()).unwrap_or_default(),
            resolution: row.resolution.unwrap_or_default(),
        }
    }
}

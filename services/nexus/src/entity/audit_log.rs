//! The audit trail as one of nexus' own models: one row per change or refused attempt. The table and whatever is
//! written to it are the same in every service; here it is only read.

use sea_orm::entity::prelude::*;
use shared::clock::Time;

pub use self::Entity as AuditLog;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub chain: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub id: Uuid,
    pub at: Time,
    pub actor_id: Option<Uuid>,
    pub actor_kind: String,
    pub on_behalf_of: Option<Uuid>,
    pub action: String,
    pub resource_type: Option<String>,
    pub resource_id: Option<String>,
    pub outcome: String,
    pub reason: Option<String>,
    pub severity: String,
    pub request_id: Option<Uuid>,
    pub trace_id: Option<String>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub details: Json,
    pub payload: Vec<u8>,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}

//! A log line.

use proto::azora::health::v1::{LogLevel, LogLine};
use sea_orm::entity::prelude::*;
use shared::clock::{self, Time};
use shared::json;
use shared::word::Word;

use crate::id::LogId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "logs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LogId,
    pub level: Word<LogLevel>,
    pub service: String,
    pub message: String,
    pub trace_id: Option<String>,
    pub metadata: Option<Json>,
    pub logged_at: Time,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for LogLine {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            level: row.level.number(),
            service: row.service,
            message: row.message,
            trace_id: row.trace_id.unwrap_or_default(),
            metadata: row.metadata.map(json::to_struct),
            logged_at: Some(clock::to_proto(row.logged_at)),
        }
    }
}

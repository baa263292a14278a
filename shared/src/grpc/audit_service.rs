//! Reads and checks the audit trail of the service behind this port.

use proto::azora::audit::v1::audit_service_server::AuditService;
use proto::azora::audit::v1::{
    AuditEntry, AuditFault, AuditHead, AuditOutcome, ListAuditEntriesRequest, ListAuditEntriesResponse,
    VerifyAuditLogRequest, VerifyAuditLogResponse,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};
use tonic::{Request, Response};
use uuid::Uuid;

use crate::Rpc;
use crate::audit;
use crate::call::Call;
use crate::clock::{self, Time};
use crate::error::{Error, Result};
use crate::fields::Fields;
use crate::fleet::audit_entry::{Column, Entity, Model};
use crate::id::UserId;
use crate::json;
use crate::page;
use crate::search::beginning_with;
use crate::word::Word;
use crate::work::Door;

pub struct AuditDesk {
    pub work: Door,
}

struct ListAuditEntries {
    actor: Option<UserId>,
    action_prefix: Option<String>,
    resource_type: Option<String>,
    resource_id: Option<String>,
    outcome: Option<Word<AuditOutcome>>,
    since: Option<Time>,
    until: Option<Time>,
}

impl TryFrom<ListAuditEntriesRequest> for ListAuditEntries {
    type Error = Error;

    fn try_from(request: ListAuditEntriesRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            actor: fields.optional_id("actor_id", &request.actor_id),
            action_prefix: fields.optional_text("action_prefix", &request.action_prefix, 1..=200),
            resource_type: fields.optional_text("resource_type", &request.resource_type, 1..=200),
            resource_id: fields.optional_text("resource_id", &request.resource_id, 1..=200),
            outcome: fields.optional_word("outcome", request.outcome),
            since: fields.time("since", request.since.as_ref()),
            until: fields.time("until", request.until.as_ref()),
        };
        fields.finish(input)
    }
}

impl ListAuditEntries {
    fn select(self, call: &Call) -> Result<Select<Entity>> {
        let actor = if call.is_admin() { self.actor } else { Some(call.subject("actor_id", self.actor)?) };
        let mut entries = Entity::find();
        if let Some(actor) = actor {
            entries = entries.filter(Column::ActorId.eq(Uuid::from(actor)));
        }
        if let Some(prefix) = self.action_prefix {
            entries = entries.filter(Column::Action.like(beginning_with(&prefix)));
        }
        let equals = [(Column::ResourceType, self.resource_type), (Column::ResourceId, self.resource_id)];
        for (column, value) in equals {
            if let Some(value) = value {
                entries = entries.filter(column.eq(value));
            }
        }
        if let Some(outcome) = self.outcome {
            entries = entries.filter(Column::Outcome.eq(outcome.text()));
        }
        if let Some(since) = self.since {
            entries = entries.filter(Column::At.gte(since));
        }
        if let Some(until) = self.until {
            entries = entries.filter(Column::At.lt(until));
        }
        Ok(entries)
    }
}

#[tonic::async_trait]
impl AuditService for AuditDesk {
    async fn list_audit_entries(&self, request: Request<ListAuditEntriesRequest>) -> Rpc<ListAuditEntriesResponse> {
        let (call, input): (_, ListAuditEntries) = Call::open(request)?;
        let entries = input.select(&call)?;
        let page = page::newest(self.work.read(), &call, entries, Column::At, Column::Id).await?;
        let entries = page.rows.into_iter().map(Into::into).collect();
        Ok(Response::new(ListAuditEntriesResponse { entries, next_page_token: page.next }))
    }

    async fn verify_audit_log(&self, request: Request<VerifyAuditLogRequest>) -> Rpc<VerifyAuditLogResponse> {
        let (_call, VerifyAuditLogRequest {}) = Call::open(request)?;
        let snapshot = self.work.snapshot().await?;
        let report = audit::verify(&snapshot).await?;
        snapshot.commit().await.map_err(Error::from)?;
        let heads = report.heads.into_iter().map(|(chain, seq, hash)| AuditHead { chain, seq, hash }).collect();
        let fault =
            report.fault.map(|fault| AuditFault { chain: fault.chain, seq: fault.seq, what: fault.what.to_owned() });
        let entries = i64::try_from(report.entries).unwrap_or(i64::MAX);
        Ok(Response::new(VerifyAuditLogResponse { valid: fault.is_none(), entries, heads, fault }))
    }
}

impl From<Model> for AuditEntry {
    fn from(row: Model) -> Self {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        Self {
            id: row.id.to_string(),
            chain: row.chain,
            seq: row.seq,
            at: Some(clock::to_proto(row.at)),
            actor_id: id(row.actor_id),
            actor_kind: row.actor_kind,
            action: row.action,
            resource_type: row.resource_type.unwrap_or_default(),
            resource_id: row.resource_id.unwrap_or_default(),
            outcome: row.outcome.parse().map_or(0, |outcome: AuditOutcome| outcome.into()),
            reason: row.reason.unwrap_or_default(),
            request_id: id(row.request_id),
            trace_id: row.trace_id.unwrap_or_default(),
            details: Some(json::to_struct(row.details)),
            hash: row.hash,
        }
    }
}

//! The audit trail: one entry per change or refused attempt, written in the transaction of the change, each carrying
//! the hash of the one before it.
//!
//! `hash = SHA-256("azora.audit.v1" | chain | seq | prev_hash | length of payload | payload)`, numbers big-endian. The
//! payload is what counts; the other columns repeat it for searching, and verification compares them.

use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::clock::Time;
use crate::db::bulk::Writes;
use crate::error::{Error, Result};
use crate::fleet::{audit_entry, audit_head};
use crate::json::{self, Json};

mod verify;

pub use verify::{Fault, Report, verify};

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It took effect.
    Ok,
    /// It was refused, and nothing changed.
    Refused,
}

impl Outcome {
    /// The word in the column.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
        }
    }
}

/// What an entry says, before it becomes a link of a chain.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When.
    pub at: Time,
    /// Who; `None` on public RPCs.
    pub actor: Option<Uuid>,
    /// user, admin, service or anonymous.
    pub actor_kind: &'static str,
    /// `mint.wallet.create`.
    pub action: String,
    /// `wallet`.
    pub resource_type: String,
    /// Which one.
    pub resource_id: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// The reason of a refusal.
    pub reason: Option<String>,
    /// Under which request id.
    pub request_id: Option<Uuid>,
    /// Under which trace.
    pub trace_id: Option<String>,
    /// The public fields of what changed.
    pub details: Json,
}

/// Which chain an actor's entries go to.
fn chain_of(actor: Option<Uuid>, chains: i32) -> i32 {
    let low = actor.map_or(0, |id| id.as_bytes()[15]);
    i32::from(low) % chains.max(1)
}

/// Locks the head of the caller's chain. Taken last, so that a chain never waits for a change; but where one chain is what
/// changes follow each other by, first.
pub async fn lock_head(db: &impl ConnectionTrait, actor: Option<Uuid>, chains: i32) -> Result<audit_head::Model> {
    let chain = chain_of(actor, chains);
    let head = audit_head::Entity::find_by_id(chain);
    let locked = crate::db::for_update(db, head).one(db).await?;
    locked.ok_or_else(|| Error::internal(format!("audit chain {chain} has no head")))
}

/// Appends an entry to its chain.
pub async fn append(db: &impl ConnectionTrait, entry: Entry, chains: i32) -> Result<()> {
    let head = lock_head(db, entry.actor, chains).await?;
    let (links, head) = chained(head, vec![entry]);
    let mut writes = Writes::of(links);
    writes.update(vec![head], &MOVING);
    Ok(writes.run(db).await?)
}

/// What changes of a head when its chain grows.
pub const MOVING: [audit_head::Column; 3] =
    [audit_head::Column::Seq, audit_head::Column::Hash, audit_head::Column::UpdatedAt];

/// Entries as the next links of a chain, and its head behind them.
#[must_use]
pub fn chained(
    mut head: audit_head::Model,
    entries: Vec<Entry>,
) -> (Vec<audit_entry::ActiveModel>, audit_head::ActiveModel) {
    let mut links = Vec::with_capacity(entries.len());
    for entry in entries {
        let link = link(entry, &head);
        head.seq = link.seq;
        head.hash.clone_from(&link.hash);
        head.updated_at = link.at;
        links.push(link.into_active_model());
    }
    (links, head.into_active_model())
}

fn link(entry: Entry, head: &audit_head::Model) -> audit_entry::Model {
    let mut row = audit_entry::Model {
        chain: head.chain,
        seq: head.seq + 1,
        id: crate::id::time_ordered(),
        at: entry.at,
        actor_id: entry.actor,
        actor_kind: entry.actor_kind.to_owned(),
        on_behalf_of: None,
        action: entry.action,
        resource_type: Some(entry.resource_type),
        resource_id: entry.resource_id,
        outcome: entry.outcome.word().to_owned(),
        reason: entry.reason,
        severity: "low".to_owned(),
        request_id: entry.request_id,
        trace_id: entry.trace_id,
        ip_address: None,
        user_agent: None,
        details: entry.details,
        payload: Vec::new(),
        prev_hash: head.hash.clone(),
        hash: Vec::new(),
    };
    row.payload = payload(&row);
    row.hash = chain_hash(&row).to_vec();
    row
}

/// Everything an entry says, each part behind its length; an absent part is told from an empty one.
fn payload(row: &audit_entry::Model) -> Vec<u8> {
    let details = json::text(&row.details);
    let at = row.at.timestamp_micros().to_string();
    let id = |id: Option<Uuid>| id.map(|id| id.to_string());
    let (own, actor, behalf, request) =
        (row.id.to_string(), id(row.actor_id), id(row.on_behalf_of), id(row.request_id));
    let parts: [Option<&str>; 16] = [
        Some(&own),
        Some(&at),
        actor.as_deref(),
        Some(&row.actor_kind),
        behalf.as_deref(),
        Some(&row.action),
        row.resource_type.as_deref(),
        row.resource_id.as_deref(),
        Some(&row.outcome),
        row.reason.as_deref(),
        Some(&row.severity),
        request.as_deref(),
        row.trace_id.as_deref(),
        row.ip_address.as_deref(),
        row.user_agent.as_deref(),
        Some(&details),
    ];
    let mut bytes = Vec::with_capacity(1024);
    for part in parts {
        match part {
            None => bytes.push(0),
            Some(text) => {
                bytes.push(1);
                bytes.extend_from_slice(&length(text.as_bytes()));
                bytes.extend_from_slice(text.as_bytes());
            }
        }
    }
    bytes
}

fn chain_hash(row: &audit_entry::Model) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"azora.audit.v1");
    hash.update(row.chain.to_be_bytes());
    hash.update(row.seq.to_be_bytes());
    hash.update(&row.prev_hash);
    hash.update(length(&row.payload));
    hash.update(&row.payload);
    hash.finalize().into()
}

fn length(bytes: &[u8]) -> [u8; 8] {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes()
}

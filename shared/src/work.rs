//! The one door for writes. A change is one transaction that holds the claim of the caller's request id, the effect,
//! one audit entry, the events to publish and the stored answer.
//!
//! A refusal rolls the effect back and is stored and audited like a success; a technical error leaves nothing, and the
//! request id free.

use std::sync::{Arc, Mutex, PoisonError};

use prost::{Message, Name};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait, Select, TransactionTrait};
use tonic::{Code, Status};
use uuid::Uuid;

use crate::audit::{self, Entry, Outcome};
use crate::call::Call;
use crate::clock;
use crate::contract::State;
use crate::db::{self, Database};
use crate::error::{Error, Refusal, Result};
use crate::failpoint;
use crate::idempotency;
use crate::json::Json;
use crate::keys::Keys;
use crate::layers::scope;
use crate::outbox;

mod batch;

pub use crate::outbox::Event;
pub use batch::{Answer, Asked, Failure, Happened, Judged, Verdict};

/// Where a service reads and writes. Cheap to clone.
#[derive(Clone)]
pub struct Door {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    keys: Keys,
    chains: i32,
}

/// A change under way: the connection to make it on, and what has to be said of it.
pub struct Work<'a> {
    /// The transaction. What is written here stands or falls with the call.
    pub tx: DatabaseTransaction,
    call: &'a Call,
    chains: i32,
    record: Mutex<Option<Record>>,
}

/// What a change says of itself for the audit trail.
struct Record {
    resource_id: String,
    details: Json,
}

impl Door {
    /// The door to a database. SQLite has one audit chain: its writers are alone anyway.
    #[must_use]
    pub fn new(database: Database, keys: Keys, chains: i32) -> Self {
        let chains = if db::backend(database.writer()) == DbBackend::Sqlite { 1 } else { chains };
        Self { inner: Arc::new(Inner { database, keys, chains }) }
    }

    /// The same door with so many connections of its own, for a thread of its own.
    ///
    /// # Errors
    /// The settings are no longer good, which they were before.
    pub async fn apart(&self, connections: u32) -> Result<Self> {
        let Inner { database, keys, chains } = &*self.inner;
        let database = database.apart(connections).await?;
        Ok(Self { inner: Arc::new(Inner { database, keys: keys.clone(), chains: *chains }) })
    }

    /// For reading.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        self.inner.database.reader()
    }

    /// For reading one moment, however many questions are asked. Roll it back when they are answered.
    ///
    /// # Errors
    /// Whatever the database refuses.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction> {
        Ok(self.inner.database.begin_snapshot().await?)
    }

    /// The database behind the door.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.inner.database
    }

    /// The key ring.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    /// Housekeeping at start, before there is a caller: one transaction without claim and audit.
    ///
    /// # Errors
    /// What `body` returns; nothing is kept then.
    pub async fn prepare<R>(&self, body: impl AsyncFnOnce(&DatabaseTransaction) -> Result<R>) -> Result<R> {
        let tx = self.inner.database.begin_write().await?;
        let result = body(&tx).await?;
        tx.commit().await?;
        Ok(result)
    }

    /// The same for what happens by itself, with the time: a change, and the events that tell of it.
    ///
    /// # Errors
    /// What `body` returns; nothing is kept then.
    pub async fn happen(&self, body: impl AsyncFnOnce(&DatabaseTransaction) -> Result<Vec<Event>>) -> Result<()> {
        self.prepare(async |tx| {
            let events = body(tx).await?;
            Box::pin(outbox::insert(tx, events, clock::now())).await
        })
        .await
    }

    /// The answer that this request got before, for a change whose slow or counted part comes before its transaction.
    ///
    /// # Errors
    /// The refusal that it got before, or whatever the database refuses.
    pub async fn earlier<R: Message + Default>(&self, call: &Call) -> Result<Option<R>> {
        match call.claim() {
            Some(claim) => idempotency::earlier(self.read(), call, claim).await,
            None => Ok(None),
        }
    }

    /// Makes a change, or repeats the answer that it got before.
    ///
    /// # Errors
    /// The refusal of `body` (stored and audited), or a technical error (nothing kept).
    pub async fn mutate<R, F>(&self, call: &Call, body: F) -> Result<R>
    where
        R: Message + Default,
        F: AsyncFnOnce(&Work<'_>) -> Result<R>,
    {
        let tx = self.inner.database.begin_write().await?;
        failpoint::reach(call, "mutate.before_claims").await?;
        if self.inner.chains == 1 && db::backend(&tx) == DbBackend::Postgres {
            // Batches take the head before they claim; whoever claimed first and took it last could wait for one in a circle.
            audit::lock_head(&tx, None, self.inner.chains).await?;
        }
        if let Some(claim) = call.claim()
            && let Some(earlier) = idempotency::claim(&tx, call, claim).await?
        {
            return Ok(earlier);
        }
        let savepoint = tx.begin().await?;
        let work = Work { tx: savepoint, call, chains: self.inner.chains, record: Mutex::default() };
        match body(&work).await {
            Ok(answer) => self.keep(tx, work, answer).await,
            Err(Error::Refused(refusal)) => self.keep_refusal(tx, work, *refusal).await,
            Err(technical) => Err(technical),
        }
    }

    async fn keep<R: Message>(&self, tx: DatabaseTransaction, work: Work<'_>, answer: R) -> Result<R> {
        let Work { tx: savepoint, call, record, .. } = work;
        let record = record.into_inner().unwrap_or_else(PoisonError::into_inner);
        let record = record.ok_or_else(|| Error::internal(format!("{} left no audit entry", call.method().name)))?;
        savepoint.commit().await?;
        failpoint::reach(call, "mutate.after_inserts").await?;
        if let Some(claim) = call.claim() {
            idempotency::answer(&tx, claim, Code::Ok, None, answer.encode_to_vec()).await?;
        }
        let entry = entry(call, Outcome::Ok, Some(record.resource_id), None, record.details);
        Box::pin(audit::append(&tx, entry, self.inner.chains)).await?;
        failpoint::reach(call, "mutate.at_commit").await?;
        tx.commit().await?;
        failpoint::reach(call, "mutate.after_commit").await?;
        Ok(answer)
    }

    async fn keep_refusal<R>(&self, tx: DatabaseTransaction, work: Work<'_>, refusal: Refusal) -> Result<R> {
        let Work { tx: savepoint, call, .. } = work;
        if refusal.keeps_effect {
            savepoint.commit().await?;
        } else {
            savepoint.rollback().await?;
        }
        let reason = refusal.reason;
        let status: Status = refusal.into_status();
        if let Some(claim) = call.claim() {
            idempotency::answer(&tx, claim, status.code(), Some(reason), status.details().to_vec()).await?;
        }
        let entry = entry(call, Outcome::Refused, None, Some(reason.to_owned()), Json::Null);
        Box::pin(audit::append(&tx, entry, self.inner.chains)).await?;
        failpoint::reach(call, "mutate.at_commit").await?;
        tx.commit().await?;
        failpoint::reach(call, "mutate.after_commit").await?;
        Err(Error::Replayed(Box::new(status)))
    }
}

impl Work<'_> {
    /// Says what changed: the thing's id, and its new state, of which the fields marked PUBLIC are recorded. Exactly
    /// once per change.
    ///
    /// # Errors
    /// A second call, which is a bug.
    pub fn audit(&self, resource_id: &impl ToString, state: &impl Name) -> Result<()> {
        let record = Record { resource_id: resource_id.to_string(), details: State::of(state).public_fields()? };
        let mut slot = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        match slot.replace(record) {
            None => Ok(()),
            Some(_) => Err(Error::internal("a change says twice what it is")),
        }
    }

    /// Publishes an event with the change.
    ///
    /// # Errors
    /// Whatever the database refuses.
    pub async fn publish(&self, kind: &str, aggregate: &str, id: impl Into<Uuid>, data: Json) -> Result<()> {
        let event = Event {
            kind: kind.to_owned(),
            aggregate: aggregate.to_owned(),
            id: id.into(),
            first: false,
            data,
            trace: Some(scope::trace_id()).filter(|trace| !trace.is_empty()),
        };
        Box::pin(outbox::insert(&self.tx, vec![event], self.call.now())).await
    }

    /// The rows of a query, kept from changing until the change is done. Give it an order: rows are locked in it.
    ///
    /// # Errors
    /// Whatever the database refuses.
    pub async fn lock<E: EntityTrait>(&self, rows: Select<E>) -> Result<Vec<E::Model>> {
        Ok(db::for_update(&self.tx, rows).all(&self.tx).await?)
    }

    /// The one row of a query, kept from changing until the change is done.
    ///
    /// # Errors
    /// Whatever the database refuses.
    pub async fn lock_one<E: EntityTrait>(&self, row: Select<E>) -> Result<Option<E::Model>> {
        Ok(db::for_update(&self.tx, row).one(&self.tx).await?)
    }

    /// Takes the head of this call's audit chain early, where the order of acceptance has to be known.
    ///
    /// # Errors
    /// Whatever the database refuses.
    pub async fn lock_audit_head(&self) -> Result<()> {
        let actor = self.call.user_if_any().map(Uuid::from);
        audit::lock_head(&self.tx, actor, self.chains).await.map(|_head| ())
    }
}

fn entry(call: &Call, outcome: Outcome, resource_id: Option<String>, reason: Option<String>, details: Json) -> Entry {
    let actor_kind = match (call.user_if_any(), call.is_admin(), call.is_service()) {
        (None, ..) => "anonymous",
        (_, true, _) => "admin",
        (_, _, true) => "service",
        _ => "user",
    };
    Entry {
        at: call.now(),
        actor: call.user_if_any().map(Uuid::from),
        actor_kind,
        action: call.method().action.clone(),
        resource_type: call.method().resource.clone(),
        resource_id,
        outcome,
        reason,
        request_id: call.claim().map(|claim| claim.request_id),
        trace_id: Some(scope::trace_id()).filter(|trace| !trace.is_empty()),
        details,
    }
}

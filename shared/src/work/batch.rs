//! Many changes in one transaction. Each has its own claim, verdict, audit entry and events, as if it had come alone; they
//! share the commit, which is what takes time.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::join;
use prost::{Message, Name};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr};
use tonic::{Code, Status};

use super::{Door, entry};
use crate::audit::{self, Entry, Outcome};
use crate::call::{Call, Claim};
use crate::contract::State;
use crate::db;
use crate::db::bulk::{self, Writes};
use crate::error::{Error, Result};
use crate::failpoint;
use crate::fleet::{audit_head, request_claim};
use crate::idempotency::{self, Answered};
use crate::json::Json;
use crate::layers::scope::{self, Scope};
use crate::outbox::{self, Event};

/// One change that waits for its turn, away from the task of its call.
pub struct Asked {
    call: Call,
    scope: Option<Arc<Scope>>,
}

/// What came of a change that took effect.
pub struct Verdict {
    resource_id: String,
    state: State,
    answer: Vec<u8>,
    events: Vec<Event>,
}

/// The transaction that the changes share.
pub struct Batch {
    /// What is written here stands or falls with all of them.
    pub tx: DatabaseTransaction,
    chains: i32,
    head: Mutex<Option<audit_head::Model>>,
}

/// Why none of them has an answer.
#[derive(Debug)]
pub enum Failure {
    /// Nothing has been kept.
    Before(Error),
    /// The commit was under way: nobody knows, but the claims will tell whoever asks again.
    Committing(Error),
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Before(error.into())
    }
}

impl Asked {
    /// Takes the call along, with its trace and its request line.
    #[must_use]
    pub fn of(call: &Call) -> Self {
        Self { call: call.clone(), scope: scope::current() }
    }

    /// The call.
    #[must_use]
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// What makes it repeatable.
    fn claim(&self) -> Result<&Claim> {
        self.call.claim().ok_or_else(|| Error::internal(format!("{} has no request id", self.call.method().name)))
    }

    /// Does something as part of the call.
    fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.scope {
            Some(scope) => scope::within_sync(Arc::clone(scope), work),
            None => work(),
        }
    }

    fn trace(&self) -> Option<String> {
        self.scope.as_ref().map(|scope| scope.trace_id.clone()).filter(|trace| !trace.is_empty())
    }

    /// Says on its request line and in its answer that it may have taken effect without anybody knowing.
    pub fn note_outcome_unknown(&self) {
        self.within(scope::note_outcome_unknown);
    }
}

impl Verdict {
    /// It took effect on one thing, whose public fields are recorded.
    #[must_use]
    pub fn new(id: &impl ToString, state: &impl Name, answer: &impl Message) -> Self {
        let (resource_id, state) = (id.to_string(), State::of(state));
        Self { resource_id, state, answer: answer.encode_to_vec(), events: Vec::new() }
    }

    /// With events to publish.
    #[must_use]
    pub fn publishing(self, events: Vec<Event>) -> Self {
        Self { events, ..self }
    }
}

impl Batch {
    /// Takes the head of the audit chain. From here to the commit one batch follows the other.
    ///
    /// # Errors
    /// Whatever the database refuses.
    pub async fn lock_audit_head(&self) -> Result<()> {
        let head = audit::lock_head(&self.tx, None, self.chains).await?;
        *self.head.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
        Ok(())
    }
}

impl Door {
    /// Makes changes in one transaction, or repeats the answers that they got before: an encoded answer or a refusal for each.
    /// `None` stands for one whose request id another one of them has: it is to be asked again.
    ///
    /// `judge` gets the places of those that are new, and gives a verdict for each of them in that order, with what is to be
    /// written. Only for services with one audit chain.
    ///
    /// # Errors
    /// A technical error of any of them.
    pub async fn mutate_all<F>(&self, asked: &[&Asked], judge: F) -> Result<Vec<Option<Result<Vec<u8>>>>, Failure>
    where
        F: AsyncFnOnce(&Batch, &[usize]) -> Result<(Vec<Result<Verdict>>, Writes<'static>)>,
    {
        let Some(first) = asked.first() else { return Ok(Vec::new()) };
        let claims: Vec<&Claim> = asked.iter().map(|one| one.claim()).collect::<Result<_>>()?;
        let tx = self.inner.database.begin_write().await?;
        if db::backend(&tx) == DbBackend::Postgres {
            // A plan that was made while a table was small reads all of it, and goes on doing so while it grows.
            tx.execute_unprepared("SET LOCAL enable_seqscan = off").await?;
        }
        failpoint::reach(&first.call, "batch.before_claims").await?;
        let before = idempotency::earlier_of_all(&tx, &claims).await?;
        let mut answers: Vec<Option<Result<Vec<u8>>>> = Vec::new();
        let (mut new, mut taken) = (Vec::new(), HashSet::new());
        for (place, (one, claim)) in asked.iter().zip(&claims).enumerate() {
            let key = (claim.caller.as_str(), claim.request_id);
            let earlier = before.get(&(claim.caller.clone(), claim.request_id));
            if earlier.is_none() && taken.insert(key) {
                new.push(place);
            }
            answers.push(earlier.map(|row| one.within(|| idempotency::stored(&one.call, claim, row))));
        }
        if new.is_empty() {
            return Ok(answers);
        }
        let batch = Batch { tx, chains: self.inner.chains, head: Mutex::default() };
        let (verdicts, writes) = judge(&batch, &new).await?;
        let Batch { tx, head, .. } = batch;
        let head = head.into_inner().unwrap_or_else(PoisonError::into_inner);
        let head = head.ok_or_else(|| Error::internal("a batch that did not lock the head of the audit chain"))?;
        let (line, pending) = bulk::line(&tx);
        // Whatever can be put together while the database is busy is put together then.
        let put_together = async {
            let line = line;
            line.put(writes).await?;
            failpoint::reach(&first.call, "batch.after_inserts").await?;
            let Told { rows, entries, events, answers } = told(asked, &claims, &new, verdicts)?;
            // One that another transaction has made meanwhile breaks the key.
            line.put(Writes::of(rows)).await?;
            let now = entries.first().map_or_else(crate::clock::now, |entry| entry.at);
            line.put(Writes::of(outbox::rows(&tx, events, now).await?)).await?;
            let (links, head) = audit::chained(head, entries);
            let mut chain = Writes::of(links);
            chain.update(vec![head], &audit::MOVING);
            line.put(chain).await?;
            Ok::<_, Error>(answers)
        };
        let (written, decided) = join(pending.run(&tx), put_together).await;
        written?;
        for (place, answer) in new.iter().zip(decided?) {
            answers[*place] = Some(answer);
        }
        failpoint::reach(&first.call, "batch.at_commit").await?;
        tx.commit().await.map_err(|error: DbErr| match Error::from(error) {
            lost if lost.is_unreachable() => Failure::Committing(lost),
            refused => Failure::Before(refused),
        })?;
        failpoint::reach(&first.call, "batch.after_commit").await.map_err(Failure::Committing)?;
        Ok(answers)
    }
}

/// What is to be written of the changes themselves, and what their callers are answered.
struct Told {
    rows: Vec<request_claim::ActiveModel>,
    entries: Vec<Entry>,
    events: Vec<Event>,
    answers: Vec<Result<Vec<u8>>>,
}

fn told(asked: &[&Asked], claims: &[&Claim], new: &[usize], verdicts: Vec<Result<Verdict>>) -> Result<Told> {
    let mut told = Told { rows: Vec::new(), entries: Vec::new(), events: Vec::new(), answers: Vec::new() };
    for (place, verdict) in new.iter().zip(verdicts) {
        let one = asked[*place];
        let call = &one.call;
        let (kept, entry, answer) = match verdict {
            Ok(Verdict { resource_id, state, answer, events }) => {
                let details = state.public_fields()?;
                told.events.extend(events.into_iter().map(|event| Event { trace: one.trace(), ..event }));
                let kept = Answered { code: Code::Ok, reason: None, bytes: answer.clone() };
                let entry = one.within(|| entry(call, Outcome::Ok, Some(resource_id), None, details));
                (kept, entry, Ok(answer))
            }
            Err(Error::Refused(refusal)) => {
                let reason = refusal.reason;
                let status: Status = one.within(|| refusal.into_status());
                let bytes = status.details().to_vec();
                let kept = Answered { code: status.code(), reason: Some(reason), bytes };
                let entry = one.within(|| entry(call, Outcome::Refused, None, Some(reason.to_owned()), Json::Null));
                (kept, entry, Err(Error::Replayed(Box::new(status))))
            }
            Err(technical) => return Err(technical),
        };
        told.rows.push(idempotency::kept(call, claims[*place], kept)?);
        told.entries.push(entry);
        told.answers.push(answer);
    }
    Ok(told)
}

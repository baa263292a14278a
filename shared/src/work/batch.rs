//! Many changes in one transaction. Each has its own claim, verdict, audit entry and events, as if it had come alone; they
//! share the commit, which is what takes time.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::future::join;
use prost::{Message, Name};
use sea_orm::{DatabaseTransaction, DbErr};
use tonic::{Code, Status};

use super::{Door, entry};
use crate::audit::{self, Entry, Outcome};
use crate::call::{Call, Claim};
use crate::clock;
use crate::contract::State;
use crate::db::bulk::{self, Writes};
use crate::error::{Error, Result};
use crate::failpoint;
use crate::fleet::request_claim;
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

/// An encoded answer, or a refusal.
pub type Answer = Result<Vec<u8>>;

/// What has become of many changes, and what is to be written.
pub struct Judged {
    /// Of each of them, in their order. A technical error spoils all of them.
    pub verdicts: Vec<Result<Verdict>>,
    /// What happened beside them, by itself.
    pub happened: Vec<Happened>,
    pub writes: Writes<'static>,
}

/// Something that nobody asked for: it came with the time.
pub struct Happened {
    /// `mint.hold.expire`.
    pub action: &'static str,
    /// `hold`.
    pub resource_type: &'static str,
    pub resource_id: String,
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

impl Failure {
    /// What is wrong, where it does not matter whether anything was kept.
    #[must_use]
    pub fn into_error(self) -> Error {
        match self {
            Self::Before(error) | Self::Committing(error) => error,
        }
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

impl Door {
    /// Makes changes in one transaction, or repeats the answers that they got before. `None` stands for one whose request id
    /// another one of them has: it is to be asked again.
    ///
    /// `judge` gets the places of those that are new, and gives a verdict for each of them in that order, with what is to be
    /// written: nobody else changes anything meanwhile. It is also asked where nobody asks for anything, for what happens by
    /// itself. Only for services with one audit chain.
    ///
    /// # Errors
    /// A technical error of any of them.
    pub async fn mutate_all<F>(&self, asked: &[&Asked], judge: F) -> Result<Vec<Option<Answer>>, Failure>
    where
        F: AsyncFnOnce(&DatabaseTransaction, &[usize]) -> Result<Judged>,
    {
        let reach = async |place| match asked.first() {
            Some(first) => failpoint::reach(&first.call, place).await,
            None => Ok(()),
        };
        let claims: Vec<&Claim> = asked.iter().map(|one| one.claim()).collect::<Result<_>>()?;
        let tx = self.inner.database.begin_write().await?;
        reach("batch.before_claims").await?;
        // From here to the commit one batch follows the other.
        let head = audit::lock_head(&tx, None, self.inner.chains).await?;
        let before = idempotency::earlier_of_all(&tx, &claims).await?;
        let mut answers: Vec<Option<Answer>> = Vec::new();
        let (mut new, mut taken) = (Vec::new(), HashSet::new());
        for (place, (one, claim)) in asked.iter().zip(&claims).enumerate() {
            let key = (claim.caller.as_str(), claim.request_id);
            let earlier = before.get(&(claim.caller.clone(), claim.request_id));
            if earlier.is_none() && taken.insert(key) {
                new.push(place);
            }
            answers.push(earlier.map(|row| one.within(|| idempotency::stored(&one.call, claim, row))));
        }
        if new.is_empty() && !asked.is_empty() {
            return Ok(answers);
        }
        reach("batch.after_locks").await?;
        let judged = judge(&tx, &new).await?;
        let (line, pending) = bulk::line(&tx);
        // Whatever can be put together while the database is busy is put together then.
        let put_together = async {
            let line = line;
            line.put(judged.writes).await?;
            reach("batch.after_inserts").await?;
            let Told { rows, entries, events, answers } = told(asked, &claims, &new, judged.verdicts, judged.happened)?;
            // One that another transaction has made meanwhile breaks the key.
            line.put(Writes::of(rows)).await?;
            let now = entries.first().map_or_else(clock::now, |entry| entry.at);
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
        reach("batch.at_commit").await?;
        tx.commit().await.map_err(|error: DbErr| match Error::from(error) {
            lost if lost.is_unreachable() => Failure::Committing(lost),
            refused => Failure::Before(refused),
        })?;
        reach("batch.after_commit").await.map_err(Failure::Committing)?;
        Ok(answers)
    }
}

/// What is to be written of the changes themselves, and what their callers are answered.
#[derive(Default)]
struct Told {
    rows: Vec<request_claim::ActiveModel>,
    entries: Vec<Entry>,
    events: Vec<Event>,
    answers: Vec<Answer>,
}

fn told(
    asked: &[&Asked],
    claims: &[&Claim],
    new: &[usize],
    verdicts: Vec<Result<Verdict>>,
    happened: Vec<Happened>,
) -> Result<Told> {
    let mut told = Told { entries: happened.into_iter().map(Happened::entry).collect(), ..Told::default() };
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

impl Happened {
    fn entry(self) -> Entry {
        Entry {
            at: clock::now(),
            actor: None,
            actor_kind: "system",
            action: self.action.to_owned(),
            resource_type: self.resource_type.to_owned(),
            resource_id: Some(self.resource_id),
            outcome: Outcome::Ok,
            reason: None,
            request_id: None,
            trace_id: None,
            details: Json::Null,
        }
    }
}

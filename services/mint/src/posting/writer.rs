//! The one task that moves money. While one batch commits, the next one gathers.
//!
//! An answer is given after the commit only. Where the connection is lost at the commit itself, nobody knows whether the batch
//! is in: it is run again, and what did come through is found by its request ids.

use std::sync::Arc;
use std::time::Duration;

use prost::Message;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect};
use shared::background::Background;
use shared::call::Call;
use shared::clock;
use shared::error::{Error, Result};
use shared::work::{Answer, Asked, Door, Failure, Judged};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::sleep;

use super::store::{self, Needs};
use super::{Books, Command};
use crate::config::Config;
use crate::entity::{hold, transaction};
use crate::error::MintError;

/// Commands that wait at most. A caller who finds the queue full is told so at once.
const QUEUE: usize = 4096;
/// Movements in one commit at most, but for a list that is longer by itself.
const BATCH: usize = 256;
/// How often a batch is tried that others were in the way of.
const TRIES: usize = 3;
/// How often holds are set free whose wallets nobody touches, and how many at a time.
const SWEEP: Duration = Duration::from_secs(5);
const SWEPT: u64 = 256;
/// Between two looks for a database that went away at a commit.
const AGAIN: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(1)];
/// Commits under way where each command has its own.
const ALONE: u32 = 8;
/// Batches that have been decided and whose callers have not been answered yet.
const DECIDED: usize = 16;

/// Commands with what is to be said of them.
type Decided = Vec<(Item, Answer)>;

/// Where commands go.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Item>,
}

/// A command that waits, and whoever waits for it.
struct Item {
    asked: Asked,
    command: Box<dyn Command>,
    reply: oneshot::Sender<Answer>,
}

impl Item {
    /// Whether nobody waits any more: the caller has gone, or its time is over.
    fn is_given_up(&self) -> bool {
        self.reply.is_closed()
    }
}

impl Writer {
    /// Starts the task.
    ///
    /// # Errors
    /// The system has no thread for it.
    pub fn start(door: &Door, config: &Config, background: &Background) -> Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (decided, answering) = mpsc::channel(DECIDED);
        // Elsewhere, so that the next batch need not wait until so many callers have been woken.
        background.run(answer(answering));
        let door = door.clone();
        let sweeping = door.clone();
        background.every(SWEEP, "holds whose time is over", move || sweep(sweeping.clone()));
        let linger = config.posting_batching.then(|| Duration::from_millis(config.posting_linger_ms));
        background.apart("mint-writer", move || write(door, waiting, decided, linger))?;
        Ok(Self { queue })
    }

    /// Has a command judged and waits for what came of it.
    ///
    /// # Errors
    /// Its refusal; `QUEUE_FULL`; or a technical error, after which nothing has been kept.
    pub async fn post<A: Message + Default>(&self, call: &Call, command: impl Command) -> Result<A> {
        let (reply, answer) = oneshot::channel();
        let item = Item { asked: Asked::of(call), command: Box::new(command), reply };
        self.queue.try_send(item).map_err(|error| match error {
            TrySendError::Full(_) => MintError::QueueFull.into(),
            TrySendError::Closed(_) => Error::internal("the writer has ended"),
        })?;
        let bytes = answer.await.map_err(|_ended| Error::internal("the writer has ended"))??;
        A::decode(bytes.as_slice()).map_err(|error| Error::internal(format!("our own answer does not decode: {error}")))
    }
}

/// Writes on connections of its own. Without batches there is nothing to linger for.
async fn write(door: Door, queue: mpsc::Receiver<Item>, decided: mpsc::Sender<Decided>, linger: Option<Duration>) {
    let door = match door.apart(linger.map_or(ALONE, |_| 1)).await {
        Ok(door) => door,
        Err(error) => return tracing::error!(error = shared::error::chain(&error), "the writer cannot begin"),
    };
    match linger {
        Some(linger) => together(door, queue, decided, linger).await,
        None => alone(door, queue, decided).await,
    }
}

/// As many commands in one commit as there are.
async fn together(door: Door, mut queue: mpsc::Receiver<Item>, decided: mpsc::Sender<Decided>, linger: Duration) {
    let mut next = Vec::with_capacity(BATCH);
    loop {
        if next.is_empty() {
            let Some(first) = queue.recv().await else { return };
            next.push(first);
        }
        if !linger.is_zero() {
            sleep(linger).await;
        }
        let mut weight: usize = next.iter().map(|item| item.command.weight()).sum();
        let mut heavy = None;
        while weight < BATCH
            && heavy.is_none()
            && let Ok(item) = queue.try_recv()
        {
            weight += item.command.weight();
            if weight > BATCH { heavy = Some(item) } else { next.push(item) }
        }
        next = settle(&door, next, &decided).await;
        next.extend(heavy);
    }
}

/// Each command in a commit of its own, for comparison and for looking closely.
async fn alone(door: Door, mut queue: mpsc::Receiver<Item>, decided: mpsc::Sender<Decided>) {
    let places = Arc::new(Semaphore::new(ALONE as usize));
    let mut commits = tokio::task::JoinSet::new();
    while let Some(item) = queue.recv().await {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        while commits.try_join_next().is_some() {}
        let (door, decided) = (door.clone(), decided.clone());
        commits.spawn(async move {
            let mut left = vec![item];
            while !left.is_empty() {
                left = settle(&door, left, &decided).await;
            }
            drop(place);
        });
    }
}

/// Answers every item but those that have to come again: the request id of each of them is also that of one before.
async fn settle(door: &Door, items: Vec<Item>, decided: &mpsc::Sender<Decided>) -> Vec<Item> {
    let mut again = Vec::new();
    let mut parts = vec![items];
    while let Some(mut part) = parts.pop() {
        part.retain(|item| !item.is_given_up());
        if part.is_empty() {
            continue;
        }
        match commit(door, &mut part).await {
            Ok(answers) => {
                let mut told = Vec::with_capacity(answers.len());
                for (item, answer) in part.into_iter().zip(answers) {
                    match answer {
                        Some(answer) => told.push((item, answer)),
                        None => again.push(item),
                    }
                }
                tell(decided, told).await;
            }
            Err(error) if part.len() > 1 && !error.is_unreachable() => {
                // One of them is a bug: the others shall not suffer from it.
                tracing::error!(error = shared::error::chain(&error), commands = part.len(), "a batch is halved");
                let second = part.split_off(part.len() / 2);
                parts.extend([second, part]);
            }
            Err(error) => {
                let error = Arc::new(error);
                let told = part.into_iter().map(|item| (item, Err(Error::Shared(Arc::clone(&error)))));
                tell(decided, told.collect()).await;
            }
        }
    }
    again
}

async fn tell(decided: &mpsc::Sender<Decided>, told: Decided) {
    // At the end of the service nobody waits any more.
    let _ended = decided.send(told).await;
}

/// Answers those who wait.
async fn answer(mut decided: mpsc::Receiver<Decided>) {
    while let Some(told) = decided.recv().await {
        for (item, answer) in told {
            // Whoever has gone will ask again, and be answered from the store.
            let _gone = item.reply.send(answer);
        }
    }
}

/// Commits the items. An error means that nothing has been kept of any of them.
async fn commit(door: &Door, items: &mut Vec<Item>) -> Result<Vec<Option<Answer>>> {
    let (mut tries, mut broken) = (0, 0);
    let mut wait = None;
    loop {
        let (asked, commands): (Vec<_>, Vec<_>) = items.iter().map(|item| (&item.asked, &*item.command)).unzip();
        let failed = match door.mutate_all(&asked, async |tx, new| judge(tx, &asked, &commands, new).await).await {
            Ok(answers) => return Ok(answers),
            Err(failed) => failed,
        };
        match failed {
            Failure::Before(error) if wait.is_none() => {
                tries += 1;
                if !error.is_contention() || tries == TRIES {
                    return Err(error);
                }
            }
            // The commit before may still have been under way, and this one in its way. Waiting for its locks has outlasted
            // it: what fails again then has no other reason than itself.
            Failure::Before(error) if !error.is_contention() && !error.is_unreachable() && broken + 1 == TRIES => {
                return Err(error);
            }
            Failure::Before(error) | Failure::Committing(error) => {
                broken = if error.is_contention() || error.is_unreachable() { 0 } else { broken + 1 };
                tracing::warn!(
                    error = shared::error::chain(&error),
                    "the outcome of a commit is not known; asking again"
                );
                let pause = wait.map_or(AGAIN[0], |wait: Duration| (wait * 2).min(AGAIN[1]));
                wait = Some(pause);
                for item in items.iter() {
                    item.asked.note_outcome_unknown();
                }
                sleep(pause).await;
                items.retain(|item| !item.is_given_up());
                if items.is_empty() {
                    return Ok(Vec::new());
                }
            }
        }
    }
}

/// Sets holds free whose time is over. What touches their wallets does so by itself; the rest is done here.
async fn sweep(door: Door) -> Result<()> {
    loop {
        let soonest = hold::due(clock::now()).order_by_asc(hold::Column::ExpiresAt).limit(SWEPT);
        let due = soonest.all(door.read()).await?;
        if due.is_empty() {
            return Ok(());
        }
        let free = async |tx: &DatabaseTransaction, _nobody: &[usize]| {
            let mut needs = Needs::default();
            needs.wallets(due.iter().map(|hold| hold.debit_wallet_id));
            Ok(store::close(store::open(tx, needs).await?, Vec::new()))
        };
        door.mutate_all(&[], free).await.map_err(Failure::into_error)?;
    }
}

/// What becomes of the new ones, and what is to be written then.
async fn judge(tx: &DatabaseTransaction, asked: &[&Asked], commands: &[&dyn Command], new: &[usize]) -> Result<Judged> {
    let mut needs = Needs::default();
    for place in new {
        commands[*place].needs(&mut needs);
    }
    let mut books = store::open(tx, needs).await?;
    books.number_after(transaction::last_seq(tx).await?);
    let verdicts = new.iter().map(|place| {
        let call = asked[*place].call();
        let verdict = books.attempt(|books: &mut Books| commands[*place].judge(call, books))?;
        Ok(verdict.publishing(books.take_events()))
    });
    let verdicts = verdicts.collect();
    Ok(store::close(books, verdicts))
}

//! How money moves: an amount leaves one wallet and comes to another. Each request that may move money is a *command*. One
//! task takes the commands in the order of their coming, as many at a time as are there, judges them one after the
//! other against the rows that it has read (`books`), and writes everything with one commit (`writer`, `store`).
//!
//! A commit waits for the disk, and a lock lasts as long as the commit: together they cost what one alone would. Batches, also
//! those of another process, follow one another by one lock; a wallet that somebody else has changed meanwhile is noticed by
//! its version.

use chrono::Duration;
use proto::azora::common::v1::{Currency, Level};
use proto::azora::mint::v1::{ActivityType, ExternalDirection, TransactionType};
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::Time;
use shared::error::Result;
use shared::hundredths::Hundredths;
use shared::id::UserId;
use shared::json::Json;
use shared::word::Word;
use shared::work::Verdict;

use uuid::Uuid;

use crate::id::{HoldId, TransactionId, WalletId};
use crate::income::{Rate, Share};

mod books;
mod rows;
mod store;
mod writer;

pub use books::Books;
pub use store::Needs;
pub use writer::Writer;

/// A request that may move money.
pub trait Command: Send + Sync + 'static {
    /// The rows that it is judged by.
    fn needs(&self, needs: &mut Needs);

    /// Judges it, and changes the books if it is accepted. What a refused one has changed is undone.
    ///
    /// # Errors
    /// The refusal, which is kept and repeated like an answer.
    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict>;

    /// How many movements it may make: what it counts for in a batch.
    fn weight(&self) -> usize {
        1
    }
}

/// An amount that is to leave one wallet for another.
#[derive(Clone, Debug)]
pub struct Movement {
    pub kind: TransactionType,
    /// The amount leaves it.
    pub debit: WalletId,
    /// The amount comes to it.
    pub credit: WalletId,
    pub amount: Amount,
    pub reason: Option<String>,
    pub memo: Option<String>,
    pub external: Option<External>,
    pub metadata: Option<Json>,
    /// Common to movements that stand or fall together.
    pub group: Option<Uuid>,
    /// The hold that is captured.
    pub hold: Option<HoldId>,
    pub reverses: Option<Reversed>,
}

impl Movement {
    /// One that says nothing of itself.
    pub fn of(kind: TransactionType, debit: WalletId, credit: WalletId, amount: Amount) -> Self {
        Self {
            kind,
            debit,
            credit,
            amount,
            reason: None,
            memo: None,
            external: None,
            metadata: None,
            group: None,
            hold: None,
            reverses: None,
        }
    }
}

/// A transaction that is taken back.
#[derive(Clone, Copy, Debug)]
pub struct Reversed {
    pub id: TransactionId,
    pub kind: TransactionType,
}

/// An amount that is to be set aside in one wallet for another.
#[derive(Clone, Debug)]
pub struct Reservation {
    pub debit: WalletId,
    pub credit: WalletId,
    pub amount: Amount,
    pub reason: String,
    /// `None` lasts until somebody ends it.
    pub lasts: Option<Duration>,
}

/// What a stake is to be.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    pub wallet: WalletId,
    /// Where principals stand.
    pub locked_in: WalletId,
    /// The pool that pays.
    pub rewarded_from: WalletId,
    pub amount: Amount,
    pub rate_bp: i32,
    pub days: i32,
    pub reward: Amount,
}

/// What somebody is to be paid for.
#[derive(Clone, Debug)]
pub struct Proof {
    pub wallet: WalletId,
    /// The pool that pays.
    pub rewarded_from: WalletId,
    pub activity: Word<ActivityType>,
    pub activity_id: String,
    pub level: Word<Level>,
    pub score: Option<Hundredths>,
    pub seconds: i32,
    /// Who told of it.
    pub source_service: String,
    pub reward: Amount,
    /// The most that anybody is paid on one day.
    pub daily_cap: Amount,
}

/// A day's round of basic income that is to begin.
#[derive(Clone, Debug)]
pub struct Round {
    pub day: String,
    /// Who gets something, and how much, is judged as of this moment.
    pub at: Time,
    pub rate: Rate,
    pub recipients: i32,
    pub total: Amount,
    /// The pool that pays.
    pub pool: WalletId,
    pub distributed_by: UserId,
}

/// The next payments of a round.
#[derive(Clone, Debug)]
pub struct Payments {
    pub day: String,
    /// The pool that pays.
    pub pool: WalletId,
    /// Where the round has to stand: what somebody else has paid meanwhile is not paid again.
    pub after: Option<WalletId>,
    pub shares: Vec<Share>,
    /// What was paid before, if these are the last ones.
    pub last: Option<Paid>,
}

/// What a round has paid so far.
#[derive(Clone, Copy, Debug)]
pub struct Paid {
    pub recipients: i32,
    pub total: Amount,
}

/// What a movement is called in the world outside: once, in its direction and currency.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct External {
    pub direction: Word<ExternalDirection>,
    pub currency: Word<Currency>,
    pub reference: String,
}

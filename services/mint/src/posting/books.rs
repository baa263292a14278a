//! The rows that a batch has read, as they stand after the commands judged so far. It is pure: it has no database and no
//! clock. Here is what every command stands on; what one may do besides is in the files below, and the tests hold all of
//! it to what the books promise.

use std::collections::{HashMap, HashSet};

use proto::azora::mint::v1::HoldStatus;
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result, not_found};
use shared::id::UserId;
use shared::work::Event;

use self::judging::{After, check_active, judge};
use self::knowledge::{Activity, activity_of};
use self::written::{announcement, legs, transaction_row};
use super::rows::Rows;
use super::{External, Movement};
use crate::entity::{hold, mining_day, mining_record, posting, stake, transaction, ubi_round, wallet};
use crate::error::MintError;
use crate::id::{HoldId, StakeId, TransactionId, WalletId};

mod holds;
mod income;
mod judging;
mod knowledge;
mod stakes;
mod written;

pub use written::external_of;

/// What a batch works on, and what it has to write.
#[derive(Debug, Default)]
pub struct Books {
    /// One moment for the whole batch, no earlier than the last change of any of the wallets: versions and times of a
    /// wallet agree in their order, also when a clock steps back.
    now: Time,
    /// The number of the last transaction.
    seq: i64,
    wallets: Rows<WalletId, wallet::Model>,
    holds: Rows<HoldId, hold::Model>,
    stakes: Rows<StakeId, stake::Model>,
    records: Rows<Activity, mining_record::Model>,
    days: Rows<(UserId, String), mining_day::Model>,
    rounds: Rows<String, ubi_round::Model>,
    /// How much of a transaction earlier batches have reversed.
    reversed: HashMap<TransactionId, Amount>,
    used: HashSet<External>,
    transactions: Vec<transaction::Model>,
    postings: Vec<posting::Model>,
    events: Vec<Event>,
    /// Holds whose time was over.
    expired: Vec<HoldId>,
}

/// A state of the books to go back to.
struct Mark {
    seq: i64,
    wallets: usize,
    holds: usize,
    stakes: usize,
    records: usize,
    days: usize,
    rounds: usize,
    transactions: usize,
    postings: usize,
    events: usize,
}

/// What the database says of the rows that commands need.
#[derive(Debug, Default)]
pub struct Opening {
    pub wallets: Vec<wallet::Model>,
    /// Those asked for, and those of the wallets whose time is over.
    pub holds: Vec<hold::Model>,
    pub stakes: Vec<stake::Model>,
    pub records: Vec<mining_record::Model>,
    pub days: Vec<mining_day::Model>,
    pub rounds: Vec<ubi_round::Model>,
    pub reversed: HashMap<TransactionId, Amount>,
    pub used: HashSet<External>,
}

/// What has to be written.
pub struct Closing {
    pub wallets: Vec<wallet::Model>,
    pub new_holds: Vec<hold::Model>,
    pub holds: Vec<hold::Model>,
    pub new_stakes: Vec<stake::Model>,
    pub stakes: Vec<stake::Model>,
    pub new_records: Vec<mining_record::Model>,
    pub new_days: Vec<mining_day::Model>,
    pub days: Vec<mining_day::Model>,
    pub new_rounds: Vec<ubi_round::Model>,
    pub rounds: Vec<ubi_round::Model>,
    pub transactions: Vec<transaction::Model>,
    pub postings: Vec<posting::Model>,
    pub expired: Vec<HoldId>,
}

impl Books {
    /// The books as they are in the database, but that holds whose time is over are set free.
    ///
    /// # Errors
    /// A hold that its wallet does not hold, which only broken books explain.
    pub fn open(opening: Opening, now: Time) -> Result<Self> {
        let Opening { wallets, holds, stakes, records, days, rounds, reversed, used } = opening;
        let now = wallets.iter().map(|wallet| wallet.updated_at).fold(now, Ord::max);
        let due: Vec<_> = holds.iter().filter(|hold| hold.is_due(now)).cloned().collect();
        let mut books = Self {
            now,
            wallets: Rows::of(wallets.into_iter().map(|wallet| (wallet.id, wallet))),
            holds: Rows::of(holds.into_iter().map(|hold| (hold.id, hold))),
            stakes: Rows::of(stakes.into_iter().map(|stake| (stake.id, stake))),
            records: Rows::of(records.into_iter().map(|record| (activity_of(&record), record))),
            days: Rows::of(days.into_iter().map(|day| ((day.user_id, day.day.clone()), day))),
            rounds: Rows::of(rounds.into_iter().map(|round| (round.day.clone(), round))),
            reversed,
            used,
            ..Self::default()
        };
        for hold in due {
            books.expired.push(hold.id);
            books.free(hold, HoldStatus::Expired)?;
        }
        Ok(books)
    }

    /// Goes on numbering transactions after this one.
    pub fn number_after(&mut self, seq: i64) {
        self.seq = seq;
    }

    /// What has changed since.
    pub fn close(self) -> Closing {
        let Self { wallets, holds, stakes, records, days, rounds, transactions, postings, expired, .. } = self;
        let (_, wallets) = wallets.written();
        let (new_holds, holds) = holds.written();
        let (new_stakes, stakes) = stakes.written();
        let (new_records, _) = records.written();
        let (new_days, days) = days.written();
        let (new_rounds, rounds) = rounds.written();
        Closing {
            wallets,
            new_holds,
            holds,
            new_stakes,
            stakes,
            new_records,
            new_days,
            days,
            new_rounds,
            rounds,
            transactions,
            postings,
            expired,
        }
    }

    /// A wallet as it stands.
    ///
    /// # Errors
    /// NOT_FOUND.
    pub fn wallet(&self, id: WalletId) -> Result<&wallet::Model> {
        self.wallets.get(&id).ok_or_else(|| not_found("wallet"))
    }

    /// Refuses if one of these wallets is frozen or closed.
    ///
    /// # Errors
    /// The refusal, or NOT_FOUND.
    pub fn check_active<const N: usize>(&self, wallets: [WalletId; N]) -> Result<()> {
        for id in wallets {
            check_active(self.wallet(id)?)?;
        }
        Ok(())
    }

    /// How much of a transaction has been taken back.
    pub fn reversed(&self, id: TransactionId) -> Result<Amount> {
        let earlier = self.reversed.get(&id).copied().unwrap_or(Amount::ZERO);
        let mut own = self.transactions.iter().filter(|row| row.reverses_id == Some(id));
        Ok(own.try_fold(earlier, |sum, row| sum.plus(row.amount))?)
    }

    /// Does something that stands as a whole or leaves nothing.
    pub fn attempt<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let mark = Mark {
            seq: self.seq,
            wallets: self.wallets.mark(),
            holds: self.holds.mark(),
            stakes: self.stakes.mark(),
            records: self.records.mark(),
            days: self.days.mark(),
            rounds: self.rounds.mark(),
            transactions: self.transactions.len(),
            postings: self.postings.len(),
            events: self.events.len(),
        };
        let done = work(self);
        if done.is_err() {
            self.go_back(&mark);
        }
        done
    }

    fn go_back(&mut self, mark: &Mark) {
        self.seq = mark.seq;
        self.wallets.go_back(mark.wallets);
        self.holds.go_back(mark.holds);
        self.stakes.go_back(mark.stakes);
        self.records.go_back(mark.records);
        self.days.go_back(mark.days);
        self.rounds.go_back(mark.rounds);
        for undone in self.transactions.drain(mark.transactions..) {
            if let Some(external) = external_of(&undone) {
                self.used.remove(&external);
            }
        }
        self.postings.truncate(mark.postings);
        self.events.truncate(mark.events);
    }

    /// The events since the last time, for the command that has been judged.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Judges a movement and makes it: by state, then currency, then funds, then ceiling.
    ///
    /// # Errors
    /// The refusal.
    pub fn post(&mut self, call: &Call, movement: Movement) -> Result<transaction::Model> {
        if let Some(external) = movement.external.as_ref().filter(|external| self.used.contains(external)) {
            return Err(MintError::ExternalReferenceUsed(external.reference.clone()).into());
        }
        let (debit, credit) = (self.wallet(movement.debit)?, self.wallet(movement.credit)?);
        let after = judge(debit, credit, &movement, self.now)?;
        self.write(call, after, movement, Amount::ZERO)
    }

    /// Writes a movement down: the transaction, its postings, its event. `held_delta` is what it changes of what the payer
    /// holds.
    fn write(
        &mut self,
        call: &Call,
        after: After,
        movement: Movement,
        held_delta: Amount,
    ) -> Result<transaction::Model> {
        let claim = call.claim().ok_or_else(|| Error::internal("a movement without a request id"))?;
        self.seq += 1;
        let row = transaction::Model {
            operation_caller: claim.caller.clone(),
            operation_id: claim.request_id,
            ..transaction_row(&after, movement, self.seq, self.now)
        };
        self.used.extend(external_of(&row));
        self.postings.extend(legs(&after, row.id, row.amount, held_delta));
        self.events.push(announcement(&row, &after));
        self.transactions.push(row.clone());
        for wallet in [after.debit, after.credit] {
            self.wallets.put(wallet.id, wallet);
        }
        Ok(row)
    }
}

#[cfg(test)]
mod tests;

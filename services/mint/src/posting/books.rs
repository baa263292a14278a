//! The rows that a batch has locked, as they stand after the commands judged so far. Judging is pure: it has no database
//! and no clock. No kind of wallet is special to it; a floor, a ceiling and a status are all it looks at. The tests
//! below hold it to what the books promise.

use std::collections::{HashMap, HashSet};

use proto::azora::mint::v1::{HoldStatus, TransactionStatus, TransactionType, WalletKind, WalletStatus};
use serde_json::json;
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result, not_found};
use shared::word::Word;
use shared::work::Event;
use uuid::Uuid;

use super::rows::Rows;
use super::{External, Movement, Reservation};
use crate::entity::{hold, posting, transaction, wallet};
use crate::error::MintError;
use crate::id::{HoldId, TransactionId, WalletId};

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
    /// How much of a transaction earlier batches have reversed.
    reversed: HashMap<TransactionId, Amount>,
    used: HashSet<External>,
    transactions: Vec<transaction::Model>,
    postings: Vec<posting::Model>,
    events: Vec<Event>,
}

/// A state of the books to go back to.
struct Mark {
    seq: i64,
    wallets: usize,
    holds: usize,
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
    pub reversed: HashMap<TransactionId, Amount>,
    pub used: HashSet<External>,
}

/// What has to be written.
pub struct Closing {
    pub wallets: Vec<wallet::Model>,
    pub new_holds: Vec<hold::Model>,
    pub holds: Vec<hold::Model>,
    pub transactions: Vec<transaction::Model>,
    pub postings: Vec<posting::Model>,
}

/// The two wallets of a movement after it.
struct After {
    debit: wallet::Model,
    credit: wallet::Model,
}

impl Books {
    /// The books as they are in the database, but that holds whose time is over are set free.
    ///
    /// # Errors
    /// A hold that its wallet does not hold, which only broken books explain.
    pub fn open(opening: Opening, now: Time) -> Result<Self> {
        let Opening { wallets, holds, reversed, used } = opening;
        let now = wallets.iter().map(|wallet| wallet.updated_at).fold(now, Ord::max);
        let due: Vec<_> = holds.iter().filter(|hold| hold.is_due(now)).cloned().collect();
        let mut books = Self {
            now,
            wallets: Rows::of(wallets.into_iter().map(|wallet| (wallet.id, wallet))),
            holds: Rows::of(holds.into_iter().map(|hold| (hold.id, hold))),
            reversed,
            used,
            ..Self::default()
        };
        for hold in due {
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
        let Self { wallets, holds, transactions, postings, .. } = self;
        let (_, wallets) = wallets.written();
        let (new_holds, holds) = holds.written();
        Closing { wallets, new_holds, holds, transactions, postings }
    }

    /// A wallet as it stands.
    ///
    /// # Errors
    /// NOT_FOUND.
    pub fn wallet(&self, id: WalletId) -> Result<&wallet::Model> {
        self.wallets.get(id).ok_or_else(|| not_found("wallet"))
    }

    /// A hold as it stands.
    ///
    /// # Errors
    /// NOT_FOUND.
    pub fn hold(&self, id: HoldId) -> Result<&hold::Model> {
        self.holds.get(id).ok_or_else(|| not_found("hold"))
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

    /// Sets an amount aside: it stays in the balance, but cannot be spent.
    ///
    /// # Errors
    /// The refusal, judged as for a movement.
    pub fn reserve(&mut self, creator: &str, asked: Reservation) -> Result<hold::Model> {
        let (debit, credit) = (self.wallet(asked.debit)?, self.wallet(asked.credit)?);
        check_active([debit, credit])?;
        check_currency(debit, credit)?;
        check_funds(debit, asked.amount)?;
        let held = debit.held.plus(asked.amount)?;
        let debit = wallet::Model { held, ..changed(debit, self.now) };
        let hold = hold::Model {
            id: HoldId::new(),
            debit_wallet_id: debit.id,
            credit_wallet_id: credit.id,
            creator: creator.to_owned(),
            currency: debit.currency,
            amount: asked.amount,
            captured: Amount::ZERO,
            status: Word(HoldStatus::Open),
            reason: asked.reason,
            expires_at: asked.lasts.map(|lasts| self.now + lasts),
            created_at: self.now,
            updated_at: self.now,
        };
        self.postings.push(trace_of_hold(&debit, hold.id, asked.amount));
        self.wallets.put(debit.id, debit);
        self.holds.put(hold.id, hold.clone());
        Ok(hold)
    }

    /// Pays out of a hold, once; the rest of it is free again. The payer may have been frozen since.
    ///
    /// # Errors
    /// The refusal.
    pub fn capture(
        &mut self,
        call: &Call,
        hold: HoldId,
        amount: Option<Amount>,
    ) -> Result<(transaction::Model, hold::Model)> {
        let hold = self.open_hold(hold)?.clone();
        let amount = amount.unwrap_or(hold.amount);
        if amount > hold.amount {
            return Err(MintError::HoldExceeded { held: hold.amount, wanted: amount }.into());
        }
        let (debit, credit) = (self.wallet(hold.debit_wallet_id)?, self.wallet(hold.credit_wallet_id)?);
        check_active([credit])?;
        let kind = if credit.user_id.is_some() { TransactionType::Transfer } else { TransactionType::Payment };
        let movement = Movement {
            reason: Some(hold.reason.clone()),
            hold: Some(hold.id),
            ..Movement::of(kind, debit.id, credit.id, amount)
        };
        let freed = wallet::Model { held: debit.held.minus(hold.amount)?, ..debit.clone() };
        let after =
            After { debit: debited(&freed, &movement, self.now)?, credit: credited(credit, &movement, self.now)? };
        let transaction = self.write(call, after, movement, hold.amount.negated())?;
        let hold = hold::Model { captured: amount, status: Word(HoldStatus::Captured), updated_at: self.now, ..hold };
        self.holds.put(hold.id, hold.clone());
        Ok((transaction, hold))
    }

    /// Sets a hold free as a whole, once.
    ///
    /// # Errors
    /// The refusal.
    pub fn void(&mut self, hold: HoldId) -> Result<hold::Model> {
        let hold = self.open_hold(hold)?.clone();
        self.free(hold, HoldStatus::Voided)
    }

    fn open_hold(&self, id: HoldId) -> Result<&hold::Model> {
        let hold = self.hold(id)?;
        match *hold.status {
            HoldStatus::Open => Ok(hold),
            HoldStatus::Captured => Err(MintError::HoldAlreadyCaptured(id).into()),
            HoldStatus::Expired => Err(MintError::HoldExpired(id).into()),
            HoldStatus::Voided | HoldStatus::Unspecified => Err(MintError::HoldAlreadyVoided(id).into()),
        }
    }

    fn free(&mut self, hold: hold::Model, status: HoldStatus) -> Result<hold::Model> {
        let debit = self.wallet(hold.debit_wallet_id)?;
        let debit = wallet::Model { held: debit.held.minus(hold.amount)?, ..changed(debit, self.now) };
        let hold = hold::Model { status: Word(status), updated_at: self.now, ..hold };
        self.postings.push(trace_of_hold(&debit, hold.id, hold.amount.negated()));
        self.wallets.put(debit.id, debit);
        self.holds.put(hold.id, hold.clone());
        Ok(hold)
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

/// What a movement makes of its two wallets, or why it is refused.
fn judge(debit: &wallet::Model, credit: &wallet::Model, movement: &Movement, now: Time) -> Result<After, MintError> {
    check_active([debit, credit])?;
    check_currency(debit, credit)?;
    Ok(After { debit: debited(debit, movement, now)?, credit: credited(credit, movement, now)? })
}

fn check_active<const N: usize>(wallets: [&wallet::Model; N]) -> Result<(), MintError> {
    match wallets.into_iter().find(|wallet| *wallet.status != WalletStatus::Active) {
        Some(wallet) => Err(MintError::WalletNotActive(wallet.id, wallet.status)),
        None => Ok(()),
    }
}

fn check_currency(debit: &wallet::Model, credit: &wallet::Model) -> Result<(), MintError> {
    if debit.currency == credit.currency {
        return Ok(());
    }
    Err(MintError::CurrencyMismatch { from: debit.currency, to: credit.currency })
}

/// The next version of a wallet.
fn changed(wallet: &wallet::Model, now: Time) -> wallet::Model {
    wallet::Model { version: wallet.version + 1, updated_at: now, ..wallet.clone() }
}

fn debited(wallet: &wallet::Model, movement: &Movement, now: Time) -> Result<wallet::Model, MintError> {
    check_funds(wallet, movement.amount)?;
    let earned = if movement.reverses.is_some_and(|reversed| reversed.kind == TransactionType::Reward) {
        wallet.earned.minus(movement.amount)?
    } else {
        wallet.earned
    };
    Ok(wallet::Model { balance: wallet.balance.minus(movement.amount)?, earned, ..changed(wallet, now) })
}

fn credited(wallet: &wallet::Model, movement: &Movement, now: Time) -> Result<wallet::Model, MintError> {
    let amount = movement.amount;
    let balance = wallet.balance.plus(amount)?;
    if let Some(ceiling) = wallet.ceil.filter(|ceiling| balance > *ceiling) {
        return Err(MintError::CeilingExceeded { ceiling, wanted: balance });
    }
    let earned = if movement.kind == TransactionType::Reward { wallet.earned.plus(amount)? } else { wallet.earned };
    Ok(wallet::Model { balance, earned, ..changed(wallet, now) })
}

/// What is in a wallet and not held can be spent, down to the wallet's floor. Where that is a share of the supply, the
/// share is what has run out.
fn check_funds(wallet: &wallet::Model, wanted: Amount) -> Result<(), MintError> {
    let Some(floor) = wallet.floor else { return Ok(()) };
    // Three amounts at their largest are far from the end of an i64.
    let available = wallet.balance.units() - wallet.held.units() - floor.units();
    if wanted.units() <= available {
        return Ok(());
    }
    let available = Amount::from_units(available)?;
    Err(match *wallet.kind {
        WalletKind::Issuance | WalletKind::RewardPool => MintError::SupplyCapReached { left: available, wanted },
        _ => MintError::InsufficientFunds { available, wanted },
    })
}

fn transaction_row(after: &After, movement: Movement, seq: i64, now: Time) -> transaction::Model {
    let (external_direction, external_reference) =
        movement.external.map(|external| (external.direction, external.reference)).unzip();
    transaction::Model {
        id: TransactionId::new(),
        seq,
        r#type: Word(movement.kind),
        currency: after.debit.currency,
        debit_wallet_id: after.debit.id,
        credit_wallet_id: after.credit.id,
        amount: movement.amount,
        status: Word(TransactionStatus::Completed),
        reason: movement.reason,
        memo: movement.memo,
        group_id: movement.group,
        reverses_id: movement.reverses.map(|reversed| reversed.id),
        hold_id: movement.hold,
        external_direction,
        external_reference,
        operation_caller: String::new(),
        operation_id: Uuid::nil(),
        metadata: movement.metadata,
        effective_at: now,
        created_at: now,
        updated_at: now,
    }
}

/// What a transaction is called outside.
pub fn external_of(row: &transaction::Model) -> Option<External> {
    let (direction, reference) = (row.external_direction?, row.external_reference.clone()?);
    Some(External { direction, currency: row.currency, reference })
}

/// The two postings of a completed transaction: minus its amount here, plus its amount there.
fn legs(after: &After, transaction: TransactionId, amount: Amount, held_delta: Amount) -> [posting::Model; 2] {
    let leg = |wallet, amount, held_delta| posting::Model {
        transaction_id: Some(transaction),
        ..trace(wallet, amount, held_delta)
    };
    [leg(&after.debit, amount.negated(), held_delta), leg(&after.credit, amount, Amount::ZERO)]
}

/// The posting of a hold that is set or freed. It moves no balance.
fn trace_of_hold(wallet: &wallet::Model, hold: HoldId, held_delta: Amount) -> posting::Model {
    posting::Model { hold_id: Some(hold), ..trace(wallet, Amount::ZERO, held_delta) }
}

fn trace(wallet: &wallet::Model, amount: Amount, held_delta: Amount) -> posting::Model {
    posting::Model {
        wallet_id: wallet.id,
        version: wallet.version,
        transaction_id: None,
        hold_id: None,
        amount,
        held_delta,
        balance_after: wallet.balance,
        held_after: wallet.held,
        effective_at: wallet.updated_at,
        created_at: wallet.updated_at,
    }
}

/// What consumers may know of a movement: whom it concerns and how much it was, not what people wrote to each other.
fn announcement(row: &transaction::Model, After { debit, credit }: &After) -> Event {
    let data = json!({
        "transaction_id": row.id.to_string(),
        "seq": row.seq,
        "type": row.r#type.text(),
        "currency": row.currency.text(),
        "amount": row.amount.to_string(),
        "debit_wallet_id": row.debit_wallet_id.to_string(),
        "credit_wallet_id": row.credit_wallet_id.to_string(),
        "debit_user_id": debit.user_id.map(|user| user.to_string()),
        "credit_user_id": credit.user_id.map(|user| user.to_string()),
        "reason": row.reason,
        "created_at": row.created_at.to_rfc3339(),
    });
    Event {
        kind: "azora.mint.transaction.posted.v1".to_owned(),
        aggregate: "transaction".to_owned(),
        id: row.id.into(),
        first: true,
        data,
        trace: None,
    }
}

#[cfg(test)]
mod tests;

//! The rows that a batch has locked, as they stand after the commands judged so far. Judging is pure: it has no database
//! and no clock. No kind of wallet is special to it; a floor, a ceiling and a status are all it looks at. The tests
//! below hold it to what the books promise.

use std::collections::{HashMap, HashSet};

use chrono::Duration;
use proto::azora::mint::v1::{HoldStatus, StakeStatus, TransactionStatus, TransactionType, WalletKind, WalletStatus};
use serde_json::json;
use sha2::{Digest, Sha256};
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result, not_found};
use shared::id::UserId;
use shared::word::Word;
use shared::work::Event;
use uuid::Uuid;

use super::rows::Rows;
use super::{External, Movement, Proof, Reservation, Terms};
use crate::entity::{hold, mining_day, mining_record, posting, stake, transaction, wallet};
use crate::error::MintError;
use crate::id::{HoldId, MiningRecordId, StakeId, TransactionId, WalletId};

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
    stakes: usize,
    records: usize,
    days: usize,
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
        let Opening { wallets, holds, stakes, records, days, reversed, used } = opening;
        let now = wallets.iter().map(|wallet| wallet.updated_at).fold(now, Ord::max);
        let due: Vec<_> = holds.iter().filter(|hold| hold.is_due(now)).cloned().collect();
        let mut books = Self {
            now,
            wallets: Rows::of(wallets.into_iter().map(|wallet| (wallet.id, wallet))),
            holds: Rows::of(holds.into_iter().map(|hold| (hold.id, hold))),
            stakes: Rows::of(stakes.into_iter().map(|stake| (stake.id, stake))),
            records: Rows::of(records.into_iter().map(|record| (activity_of(&record), record))),
            days: Rows::of(days.into_iter().map(|day| ((day.user_id, day.day.clone()), day))),
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
        let Self { wallets, holds, stakes, records, days, transactions, postings, .. } = self;
        let (_, wallets) = wallets.written();
        let (new_holds, holds) = holds.written();
        let (new_stakes, stakes) = stakes.written();
        let (new_records, _) = records.written();
        let (new_days, days) = days.written();
        Closing { wallets, new_holds, holds, new_stakes, stakes, new_records, new_days, days, transactions, postings }
    }

    /// A wallet as it stands.
    ///
    /// # Errors
    /// NOT_FOUND.
    pub fn wallet(&self, id: WalletId) -> Result<&wallet::Model> {
        self.wallets.get(&id).ok_or_else(|| not_found("wallet"))
    }

    /// A hold as it stands.
    ///
    /// # Errors
    /// NOT_FOUND.
    pub fn hold(&self, id: HoldId) -> Result<&hold::Model> {
        self.holds.get(&id).ok_or_else(|| not_found("hold"))
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
        kind: TransactionType,
    ) -> Result<(transaction::Model, hold::Model)> {
        let hold = self.open_hold(hold)?.clone();
        let amount = amount.unwrap_or(hold.amount);
        if amount > hold.amount {
            return Err(MintError::HoldExceeded { held: hold.amount, wanted: amount }.into());
        }
        let (debit, credit) = (self.wallet(hold.debit_wallet_id)?, self.wallet(hold.credit_wallet_id)?);
        check_active([credit])?;
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

    /// A stake as it stands.
    ///
    /// # Errors
    /// NOT_FOUND.
    pub fn stake(&self, id: StakeId) -> Result<&stake::Model> {
        self.stakes.get(&id).ok_or_else(|| not_found("stake"))
    }

    /// Locks a principal away, and sets its reward aside in the pool.
    ///
    /// # Errors
    /// The refusal. Half of it may be done then: only within `attempt`.
    pub fn stake_away(&mut self, call: &Call, terms: &Terms) -> Result<stake::Model> {
        let group = Some(shared::id::time_ordered());
        let principal =
            Movement { group, ..Movement::of(TransactionType::Stake, terms.wallet, terms.locked_in, terms.amount) };
        let moved = self.post(call, principal)?;
        let reward_hold = if terms.reward > Amount::ZERO {
            let set_aside = Reservation {
                debit: terms.rewarded_from,
                credit: terms.wallet,
                amount: terms.reward,
                reason: "Reward of a stake".to_owned(),
                lasts: None,
            };
            Some(self.reserve(&moved.operation_caller, set_aside)?.id)
        } else {
            None
        };
        let staked = self.wallet(terms.wallet)?.staked.plus(terms.amount)?;
        self.note_staked(terms.wallet, staked)?;
        let stake = stake::Model {
            id: StakeId::new(),
            wallet_id: terms.wallet,
            start_at: self.now,
            end_at: self.now + Duration::days(terms.days.into()),
            amount: terms.amount,
            rate_bp: terms.rate_bp,
            days: terms.days,
            reward: terms.reward,
            reward_hold_id: reward_hold,
            status: Word(StakeStatus::Active),
            matured_at: None,
            ended_at: None,
            stake_transaction_id: moved.id,
            unstake_transaction_id: None,
            reward_transaction_id: None,
            created_at: self.now,
            updated_at: self.now,
        };
        self.stakes.put(stake.id, stake.clone());
        Ok(stake)
    }

    /// Gives a principal back, once: with its reward at the end of the term, and before it without, if that is wanted.
    ///
    /// # Errors
    /// The refusal. Half of it may be done then: only within `attempt`.
    pub fn unstake(&mut self, call: &Call, id: StakeId, locked_in: WalletId, forfeit: bool) -> Result<stake::Model> {
        let stake = self.stake(id)?.clone();
        if *stake.status != StakeStatus::Active {
            return Err(MintError::StakeNotActive(id).into());
        }
        let ended = self.now >= stake.end_at;
        if !ended && !forfeit {
            return Err(MintError::StakeLocked(stake.end_at.to_rfc3339()).into());
        }
        let group = Some(shared::id::time_ordered());
        let back =
            Movement { group, ..Movement::of(TransactionType::Unstake, locked_in, stake.wallet_id, stake.amount) };
        let back = self.post(call, back)?;
        let reward = match stake.reward_hold_id {
            Some(hold) if ended => Some(self.capture(call, hold, None, TransactionType::Reward)?.0.id),
            Some(hold) => {
                self.void(hold)?;
                None
            }
            None => None,
        };
        let staked = self.wallet(stake.wallet_id)?.staked.minus(stake.amount)?;
        self.note_staked(stake.wallet_id, staked)?;
        let stake = stake::Model {
            status: Word(if ended { StakeStatus::Completed } else { StakeStatus::Cancelled }),
            ended_at: Some(self.now),
            unstake_transaction_id: Some(back.id),
            reward_transaction_id: reward,
            updated_at: self.now,
            ..stake
        };
        self.stakes.put(stake.id, stake.clone());
        Ok(stake)
    }

    /// Pays for something learnt or done, once, and no more than the day allows.
    ///
    /// # Errors
    /// The refusal. Half of it may be done then: only within `attempt`.
    pub fn mine(&mut self, call: &Call, proof: Proof) -> Result<mining_record::Model> {
        let owner = self.wallet(proof.wallet)?.user_id.ok_or_else(|| not_found("wallet"))?;
        let activity = (proof.wallet, proof.activity.text(), proof.activity_id.clone());
        if let Some(paid) = self.records.get(&activity) {
            return Err(MintError::AlreadyRewarded(paid.id).into());
        }
        let day = (owner, mining_day::of(self.now));
        let today = self.days.get(&day);
        let paid = today.map_or(Amount::ZERO, |today| today.paid);
        let left = proof.daily_cap.minus(paid)?.max(Amount::ZERO);
        if proof.reward > left {
            let until_midnight = until_midnight(self.now);
            return Err(MintError::DailyCapReached { left, wanted: proof.reward, until_midnight }.into());
        }
        let today = mining_day::Model {
            user_id: owner,
            day: day.1.clone(),
            paid: paid.plus(proof.reward)?,
            created_at: today.map_or(self.now, |today| today.created_at),
            updated_at: self.now,
        };
        let movement = Movement {
            reason: Some(format!("Proof of knowledge: {}", proof.activity)),
            ..Movement::of(TransactionType::Reward, proof.rewarded_from, proof.wallet, proof.reward)
        };
        let transaction = self.post(call, movement)?;
        let record = mining_record::Model {
            id: MiningRecordId::new(),
            wallet_id: proof.wallet,
            activity_type: proof.activity,
            activity_id: proof.activity_id,
            level: proof.level,
            difficulty: proof.level.number(),
            score: proof.score,
            seconds: proof.seconds,
            source_service: proof.source_service,
            tokens_earned: proof.reward,
            proof_hash: Vec::new(),
            transaction_id: transaction.id,
            metadata: None,
            mined_at: self.now,
            created_at: self.now,
        };
        let record = mining_record::Model { proof_hash: proof_hash(&record, owner), ..record };
        self.days.put(day, today);
        self.records.put(activity, record.clone());
        Ok(record)
    }

    fn note_staked(&mut self, wallet: WalletId, staked: Amount) -> Result<()> {
        let wallet = wallet::Model { staked, ..self.wallet(wallet)?.clone() };
        self.wallets.put(wallet.id, wallet);
        Ok(())
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

/// What is paid for once.
type Activity = (WalletId, &'static str, String);

fn activity_of(record: &mining_record::Model) -> Activity {
    (record.wallet_id, record.activity_type.text(), record.activity_id.clone())
}

/// Everything that was said of an activity, so that nobody can say later that it was something else.
fn proof_hash(record: &mining_record::Model, owner: UserId) -> Vec<u8> {
    let said = [
        record.activity_type.to_string(),
        record.activity_id.clone(),
        owner.to_string(),
        record.score.map(|score| score.to_string()).unwrap_or_default(),
        record.level.to_string(),
        record.seconds.to_string(),
        record.mined_at.timestamp_micros().to_string(),
    ];
    Sha256::digest(said.join("\n")).to_vec()
}

fn until_midnight(now: Time) -> std::time::Duration {
    const DAY_SECONDS: i64 = 24 * 3600;
    let left = DAY_SECONDS - now.timestamp().rem_euclid(DAY_SECONDS);
    std::time::Duration::from_secs(u64::try_from(left).unwrap_or_default())
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

//! The rows that a batch has locked, as they stand after the commands judged so far. Judging is pure: it has no database
//! and no clock. No kind of wallet is special to it; a floor, a ceiling and a status are all it looks at. The tests
//! below hold it to what the books promise.

use std::collections::{BTreeSet, HashMap, HashSet};

use proto::azora::mint::v1::{TransactionStatus, TransactionType, WalletKind, WalletStatus};
use serde_json::json;
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result, not_found};
use shared::word::Word;
use shared::work::Event;

use super::{External, Movement};
use crate::entity::{posting, transaction, wallet};
use crate::error::MintError;
use crate::id::{TransactionId, WalletId};

/// What a batch works on, and what it has to write.
#[derive(Debug, Default)]
pub struct Books {
    /// One moment for the whole batch, no earlier than the last change of any of the wallets: versions and times of a
    /// wallet agree in their order, also when a clock steps back.
    now: Time,
    /// The number of the last transaction.
    seq: i64,
    wallets: HashMap<WalletId, wallet::Model>,
    changed: BTreeSet<WalletId>,
    transactions: Vec<transaction::Model>,
    postings: Vec<posting::Model>,
    used: HashSet<External>,
    events: Vec<Event>,
    /// What wallets were before each change, to go back to.
    before: Vec<wallet::Model>,
}

/// A state of the books to go back to.
struct Mark {
    seq: i64,
    transactions: usize,
    postings: usize,
    events: usize,
    before: usize,
}

/// What has to be written.
pub struct Written {
    pub wallets: Vec<wallet::Model>,
    pub transactions: Vec<transaction::Model>,
    pub postings: Vec<posting::Model>,
}

impl Books {
    /// The books as they are in the database.
    pub fn open(wallets: Vec<wallet::Model>, used: HashSet<External>, seq: i64, now: Time) -> Self {
        let now = wallets.iter().map(|wallet| wallet.updated_at).fold(now, Ord::max);
        let wallets = wallets.into_iter().map(|wallet| (wallet.id, wallet)).collect();
        Self { now, seq, wallets, used, ..Self::default() }
    }

    /// What has changed since.
    pub fn close(self) -> Written {
        let Self { mut wallets, changed, transactions, postings, .. } = self;
        let wallets = changed.into_iter().filter_map(|id| wallets.remove(&id)).collect();
        Written { wallets, transactions, postings }
    }

    /// A wallet as it stands.
    ///
    /// # Errors
    /// NOT_FOUND.
    pub fn wallet(&self, id: WalletId) -> Result<&wallet::Model> {
        self.wallets.get(&id).ok_or_else(|| not_found("wallet"))
    }

    /// Does something that stands as a whole or leaves nothing.
    pub fn attempt<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let mark = Mark {
            seq: self.seq,
            transactions: self.transactions.len(),
            postings: self.postings.len(),
            events: self.events.len(),
            before: self.before.len(),
        };
        let done = work(self);
        if done.is_err() {
            self.go_back(&mark);
        }
        done
    }

    fn go_back(&mut self, mark: &Mark) {
        self.seq = mark.seq;
        for undone in self.transactions.drain(mark.transactions..) {
            if let Some(external) = external_of(&undone) {
                self.used.remove(&external);
            }
        }
        self.postings.truncate(mark.postings);
        self.events.truncate(mark.events);
        for wallet in self.before.drain(mark.before..).rev() {
            self.wallets.insert(wallet.id, wallet);
        }
    }

    /// The events since the last time, for the command that has been judged.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Judges a movement and makes it: the transaction, its postings, its event. By state, then currency, then funds, then
    /// ceiling.
    ///
    /// # Errors
    /// The refusal.
    pub fn post(&mut self, call: &Call, movement: Movement) -> Result<transaction::Model> {
        if let Some(external) = movement.external.as_ref().filter(|external| self.used.contains(external)) {
            return Err(MintError::ExternalReferenceUsed(external.reference.clone()).into());
        }
        let (debit, credit) = (self.wallet(movement.debit)?, self.wallet(movement.credit)?);
        let after = judge((debit, credit), movement.kind, movement.amount, self.now)?;
        let claim = call.claim().ok_or_else(|| Error::internal("a movement without a request id"))?;
        self.seq += 1;
        let row = transaction_row(&after, movement, self.seq, self.now);
        let row = transaction::Model { operation_caller: claim.caller.clone(), operation_id: claim.request_id, ..row };
        self.used.extend(external_of(&row));
        self.postings.extend(legs(&after, row.id, row.amount));
        self.events.push(announcement(&row, &after));
        self.transactions.push(row.clone());
        for wallet in <[_; 2]>::from(after) {
            self.change(wallet);
        }
        Ok(row)
    }

    fn change(&mut self, wallet: wallet::Model) {
        self.changed.insert(wallet.id);
        self.before.extend(self.wallets.insert(wallet.id, wallet));
    }
}

/// What a movement makes of its two wallets, debit and credit, or why it is refused.
fn judge(
    (debit, credit): (&wallet::Model, &wallet::Model),
    kind: TransactionType,
    amount: Amount,
    at: Time,
) -> Result<(wallet::Model, wallet::Model), MintError> {
    for wallet in [debit, credit] {
        if *wallet.status != WalletStatus::Active {
            return Err(MintError::WalletNotActive(wallet.id, wallet.status));
        }
    }
    if debit.currency != credit.currency {
        return Err(MintError::CurrencyMismatch { from: debit.currency, to: credit.currency });
    }
    Ok((debited(debit, amount, at)?, credited(credit, kind, amount, at)?))
}

fn debited(wallet: &wallet::Model, amount: Amount, at: Time) -> Result<wallet::Model, MintError> {
    check_funds(wallet, amount)?;
    let balance = wallet.balance.minus(amount)?;
    Ok(wallet::Model { balance, version: wallet.version + 1, updated_at: at, ..wallet.clone() })
}

fn credited(
    wallet: &wallet::Model,
    kind: TransactionType,
    amount: Amount,
    at: Time,
) -> Result<wallet::Model, MintError> {
    let balance = wallet.balance.plus(amount)?;
    if let Some(ceiling) = wallet.ceil.filter(|ceiling| balance > *ceiling) {
        return Err(MintError::CeilingExceeded { ceiling, wanted: balance });
    }
    let earned = if kind == TransactionType::Reward { wallet.earned.plus(amount)? } else { wallet.earned };
    Ok(wallet::Model { balance, earned, version: wallet.version + 1, updated_at: at, ..wallet.clone() })
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

fn transaction_row(
    (debit, credit): &(wallet::Model, wallet::Model),
    movement: Movement,
    seq: i64,
    at: Time,
) -> transaction::Model {
    let (external_direction, external_reference) =
        movement.external.map(|external| (external.direction, external.reference)).unzip();
    transaction::Model {
        id: TransactionId::new(),
        seq,
        r#type: Word(movement.kind),
        currency: debit.currency,
        debit_wallet_id: debit.id,
        credit_wallet_id: credit.id,
        amount: movement.amount,
        status: Word(TransactionStatus::Completed),
        reason: movement.reason,
        memo: movement.memo,
        group_id: None,
        reverses_id: None,
        hold_id: None,
        external_direction,
        external_reference,
        operation_caller: String::new(),
        operation_id: Default::default(),
        metadata: movement.metadata,
        effective_at: at,
        created_at: at,
        updated_at: at,
    }
}

/// What a transaction is called outside.
pub fn external_of(row: &transaction::Model) -> Option<External> {
    let (direction, reference) = (row.external_direction?, row.external_reference.clone()?);
    Some(External { direction, currency: row.currency, reference })
}

/// The two postings of a completed transaction: minus its amount here, plus its amount there.
fn legs(
    (debit, credit): &(wallet::Model, wallet::Model),
    transaction: TransactionId,
    amount: Amount,
) -> [posting::Model; 2] {
    [(debit, amount.negated()), (credit, amount)].map(|(wallet, amount)| posting::Model {
        wallet_id: wallet.id,
        version: wallet.version,
        transaction_id: Some(transaction),
        hold_id: None,
        amount,
        held_delta: Amount::ZERO,
        balance_after: wallet.balance,
        held_after: wallet.held,
        effective_at: wallet.updated_at,
        created_at: wallet.updated_at,
    })
}

/// What consumers may know of a movement: whom it concerns and how much it was, not what people wrote to each other.
fn announcement(row: &transaction::Model, (debit, credit): &(wallet::Model, wallet::Model)) -> Event {
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
mod tests {
    use proptest::collection;
    use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
    use proto::azora::common::v1::Currency;
    use proto::azora::mint::v1::{ExternalDirection, TransferRequest};
    use shared::id::UserId;
    use uuid::Uuid;

    use super::*;

    fn units(units: i64) -> Amount {
        Amount::from_units(units).expect("in range")
    }

    fn at_first() -> Time {
        Time::default()
    }

    fn wallet(number: u128, kind: WalletKind, floor: Option<i64>) -> wallet::Model {
        wallet::Model {
            id: WalletId(Uuid::from_u128(number)),
            user_id: (kind == WalletKind::User).then(|| UserId(Uuid::from_u128(number))),
            currency: Word(Currency::Azr),
            kind: Word(kind),
            r#ref: String::new(),
            address: String::new(),
            balance: Amount::ZERO,
            held: Amount::ZERO,
            floor: floor.map(units),
            ceil: None,
            staked: Amount::ZERO,
            earned: Amount::ZERO,
            version: 0,
            status: Word(WalletStatus::Active),
            created_at: Time::default(),
            updated_at: Time::default(),
        }
    }

    #[derive(Clone)]
    struct Pair {
        debit: wallet::Model,
        credit: wallet::Model,
    }

    /// A payer with 10 units and a payee with none.
    fn pair() -> Pair {
        let debit = wallet::Model { balance: units(10), version: 1, ..wallet(1, WalletKind::User, Some(0)) };
        Pair { debit, credit: wallet(2, WalletKind::User, Some(0)) }
    }

    fn transfer(pair: &Pair, amount: i64) -> Result<Pair, MintError> {
        let wallets = (&pair.debit, &pair.credit);
        let (debit, credit) = judge(wallets, TransactionType::Transfer, units(amount), shared::clock::now())?;
        Ok(Pair { debit, credit })
    }

    #[test]
    fn what_leaves_one_wallet_comes_to_the_other() {
        let after = transfer(&pair(), 10).expect("funds");
        assert_eq!((after.debit.balance, after.debit.version), (Amount::ZERO, 2));
        assert_eq!((after.credit.balance, after.credit.version), (units(10), 1));
    }

    #[test]
    fn held_money_is_not_spent() {
        let mut pair = pair();
        pair.debit.held = units(4);
        assert!(transfer(&pair, 6).is_ok());
        let Err(MintError::InsufficientFunds { available, wanted }) = transfer(&pair, 7) else {
            panic!("held money moved")
        };
        assert_eq!((available, wanted), (units(6), units(7)));
    }

    #[test]
    fn both_wallets_have_to_be_active() {
        for status in [WalletStatus::Frozen, WalletStatus::Closed] {
            let (mut out_of, mut into) = (pair(), pair());
            out_of.debit.status = Word(status);
            into.credit.status = Word(status);
            assert!(matches!(transfer(&out_of, 1), Err(MintError::WalletNotActive(id, _)) if id == out_of.debit.id));
            assert!(matches!(transfer(&into, 1), Err(MintError::WalletNotActive(id, _)) if id == into.credit.id));
        }
    }

    #[test]
    fn state_is_judged_before_currency_and_currency_before_funds() {
        let mut pair = pair();
        pair.credit.currency = Word(Currency::Usd);
        assert!(matches!(transfer(&pair, 11), Err(MintError::CurrencyMismatch { .. })));
        pair.credit.status = Word(WalletStatus::Frozen);
        assert!(matches!(transfer(&pair, 11), Err(MintError::WalletNotActive(..))));
    }

    #[test]
    fn a_ceiling_may_be_reached_but_not_passed() {
        let mut pair = pair();
        pair.credit.ceil = Some(units(5));
        assert!(transfer(&pair, 5).is_ok());
        assert!(matches!(transfer(&pair, 6), Err(MintError::CeilingExceeded { .. })));
    }

    #[test]
    fn a_sum_that_leaves_the_range_is_refused() {
        let mut pair = pair();
        pair.credit.balance = units(shared::amount::MAX_UNITS);
        assert!(matches!(transfer(&pair, 1), Err(MintError::Amount(_))));
    }

    #[test]
    fn a_share_of_the_supply_runs_out_by_its_floor() {
        let pair = Pair { debit: wallet(1, WalletKind::Issuance, Some(-5)), ..pair() };
        assert!(transfer(&pair, 5).is_ok());
        assert!(matches!(transfer(&pair, 6), Err(MintError::SupplyCapReached { .. })));
    }

    #[test]
    fn a_clock_that_steps_back_does_not_turn_versions_round() {
        let late = shared::clock::now();
        let Pair { debit, credit } = pair();
        let books =
            Books::open(vec![debit, wallet::Model { updated_at: late, ..credit }], HashSet::new(), 0, at_first());
        assert_eq!(books.now, late);
    }

    #[test]
    fn what_is_refused_leaves_nothing_behind() {
        let Pair { debit, credit } = pair();
        let (from, to) = (debit.id, credit.id);
        let mut books = Books::open(vec![debit.clone(), credit.clone()], HashSet::new(), 7, at_first());
        let call = shared::testing::call(
            "/azora.mint.v1.MintService/Transfer",
            TransferRequest { request_id: shared::testing::new_id(), ..Default::default() },
        );
        let movement = |amount| Movement {
            kind: TransactionType::Transfer,
            debit: from,
            credit: to,
            amount: units(amount),
            reason: None,
            memo: None,
            external: Some(External {
                direction: Word(ExternalDirection::In),
                currency: Word(Currency::Azr),
                reference: "once".to_owned(),
            }),
            metadata: None,
        };
        let refused: Result<()> = books.attempt(|books| {
            books.post(&call, movement(4))?;
            let inner: Result<_> = books.attempt(|books| books.post(&call, Movement { external: None, ..movement(7) }));
            assert!(inner.is_err(), "6 are left");
            assert_eq!(books.wallet(from)?.balance, units(6), "the outer one stands so far");
            Err(not_found("anything"))
        });
        assert!(refused.is_err());
        assert_eq!((books.wallet(from).ok(), books.wallet(to).ok()), (Some(&debit), Some(&credit)));
        assert!(books.take_events().is_empty());
        let posted = books.attempt(|books| books.post(&call, movement(10))).expect("its reference is free again");
        assert_eq!(posted.seq, 8);
        assert!(books.attempt(|books| books.post(&call, movement(1))).is_err(), "it is used now");
        let written = books.close();
        assert_eq!((written.transactions.len(), written.postings.len(), written.wallets.len()), (1, 2, 2));
    }

    fn kinds() -> impl Strategy<Value = TransactionType> {
        prop_oneof![Just(TransactionType::Transfer), Just(TransactionType::Reward), Just(TransactionType::Payment)]
    }

    proptest! {
        /// Whatever is asked for, in whatever order: nothing appears or is lost, no floor is passed, and each wallet is
        /// what its postings say.
        #[test]
        fn the_books_balance(movements in collection::vec((0..6_usize, 0..6_usize, kinds(), 1..=400_i64), 0..150)) {
            let mut wallets = [
                wallet(0, WalletKind::Issuance, Some(-1000)),
                wallet(1, WalletKind::RewardPool, Some(-500)),
                wallet(2, WalletKind::External, None),
                wallet(3, WalletKind::User, Some(0)),
                wallet(4, WalletKind::User, Some(0)),
                wallet::Model { ceil: Some(units(300)), ..wallet(5, WalletKind::User, Some(0)) },
            ];
            let mut postings = vec![Vec::new(); wallets.len()];
            let mut earned = [0; 6];
            for (from, to, kind, amount) in movements {
                if from == to {
                    continue;
                }
                let judged = judge((&wallets[from], &wallets[to]), kind, units(amount), at_first());
                let Ok(after) = judged else { continue };
                let [debit, credit] = legs(&after, TransactionId::default(), units(amount));
                postings[from].push(debit);
                postings[to].push(credit);
                (wallets[from], wallets[to]) = after;
                if kind == TransactionType::Reward {
                    earned[to] += amount;
                }
                let sum: i128 = wallets.iter().map(|wallet| i128::from(wallet.balance.units())).sum();
                prop_assert_eq!(sum, 0);
            }
            for (index, wallet) in wallets.iter().enumerate() {
                prop_assert!(wallet.floor.is_none_or(|floor| wallet.balance >= floor));
                prop_assert!(wallet.ceil.is_none_or(|ceil| wallet.balance <= ceil));
                prop_assert_eq!(wallet.earned, units(earned[index]));
                let mut balance = 0;
                for (posting, version) in postings[index].iter().zip(1..) {
                    balance += posting.amount.units();
                    prop_assert_eq!((posting.version, posting.balance_after), (version, units(balance)));
                }
                let newest = postings[index].last().map(|last| (last.version, last.balance_after));
                prop_assert_eq!((wallet.version, wallet.balance), newest.unwrap_or_default());
            }
        }
    }
}

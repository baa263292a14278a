//! What the books promise, held against plain single-threaded arithmetic.

use std::collections::HashMap;

use chrono::Duration;
use proptest::collection;
use proptest::prelude::{Just, Strategy, prop_assert_eq, prop_oneof, proptest};
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ExternalDirection, TransactionType, TransferRequest, WalletKind, WalletStatus};
use shared::word::Word;
use uuid::Uuid;

use super::*;
use crate::posting::Reservation;

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
    let movement = Movement::of(TransactionType::Transfer, pair.debit.id, pair.credit.id, units(amount));
    let After { debit, credit } = judge(&pair.debit, &pair.credit, &movement, shared::clock::now())?;
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

fn a_call() -> Call {
    let request = TransferRequest { request_id: shared::testing::new_id(), ..Default::default() };
    shared::testing::call("/azora.mint.v1.MintService/Transfer", request)
}

fn opened(wallets: &[wallet::Model]) -> Books {
    Books::open(Opening { wallets: wallets.to_vec(), ..Opening::default() }, at_first()).expect("sound books")
}

#[test]
fn a_clock_that_steps_back_does_not_turn_versions_round() {
    let late = shared::clock::now();
    let Pair { debit, credit } = pair();
    let books = opened(&[debit, wallet::Model { updated_at: late, ..credit }]);
    assert_eq!(books.now, late);
}

#[test]
fn what_is_refused_leaves_nothing_behind() {
    let Pair { debit, credit } = pair();
    let (from, to) = (debit.id, credit.id);
    let mut books = opened(&[debit.clone(), credit.clone()]);
    books.number_after(7);
    let call = a_call();
    let external = External {
        direction: Word(ExternalDirection::In),
        currency: Word(Currency::Azr),
        reference: "once".to_owned(),
    };
    let plain = |amount| Movement::of(TransactionType::Transfer, from, to, units(amount));
    let named = |amount| Movement { external: Some(external.clone()), ..plain(amount) };
    let reservation = || Reservation { debit: from, credit: to, amount: units(1), reason: String::new(), lasts: None };
    let refused: Result<()> = books.attempt(|books| {
        books.post(&call, named(4))?;
        books.reserve("alice", reservation())?;
        let inner: Result<_> = books.attempt(|books| books.post(&call, plain(7)));
        assert!(inner.is_err(), "5 are left");
        assert_eq!(books.wallet(from)?.balance, units(6), "the outer one stands so far");
        Err(not_found("anything"))
    });
    assert!(refused.is_err());
    assert_eq!((books.wallet(from).ok(), books.wallet(to).ok()), (Some(&debit), Some(&credit)));
    assert!(books.take_events().is_empty());
    let posted = books.attempt(|books| books.post(&call, named(10))).expect("its reference is free again");
    assert_eq!(posted.seq, 8);
    assert!(books.attempt(|books| books.post(&call, named(1))).is_err(), "it is used now");
    let written = books.close();
    assert_eq!((written.transactions.len(), written.postings.len(), written.wallets.len()), (1, 2, 2));
    assert_eq!((written.new_holds.len(), written.holds.len()), (0, 0));
}

/// What may be asked of the books. Wallets by their place; holds by theirs in the order of their making.
#[derive(Clone, Debug)]
enum Asked {
    Move { from: usize, to: usize, kind: TransactionType, amount: i64 },
    Hold { from: usize, to: usize, amount: i64, seconds: i64 },
    Capture { hold: usize, amount: Option<i64> },
    Void { hold: usize },
}

fn asked() -> impl Strategy<Value = Asked> {
    let kind =
        prop_oneof![Just(TransactionType::Transfer), Just(TransactionType::Reward), Just(TransactionType::Payment)];
    prop_oneof![
        4 => (0..6_usize, 0..6_usize, kind, 1..=400_i64)
            .prop_map(|(from, to, kind, amount)| Asked::Move { from, to, kind, amount }),
        2 => (0..6_usize, 0..6_usize, 1..=200_i64, 1..=60_i64)
            .prop_map(|(from, to, amount, seconds)| Asked::Hold { from, to, amount, seconds }),
        1 => (0..12_usize, proptest::option::of(1..=200_i64))
            .prop_map(|(hold, amount)| Asked::Capture { hold, amount }),
        1 => (0..12_usize).prop_map(|hold| Asked::Void { hold }),
    ]
}

/// The same in arithmetic that nobody could get wrong.
struct Reference {
    balances: Vec<i128>,
    earned: Vec<i128>,
    holds: Vec<Promise>,
}

struct Promise {
    from: usize,
    to: usize,
    amount: i128,
    until: i64,
    open: bool,
}

impl Reference {
    fn held(&self, wallet: usize) -> i128 {
        self.holds.iter().filter(|hold| hold.open && hold.from == wallet).map(|hold| hold.amount).sum()
    }

    fn spendable(&self, wallet: usize) -> i128 {
        FLOORS[wallet].map_or(i128::MAX, |floor| self.balances[wallet] - self.held(wallet) - floor)
    }

    fn takes(&self, wallet: usize, amount: i128) -> bool {
        CEILINGS[wallet].is_none_or(|ceiling| self.balances[wallet] + amount <= ceiling)
    }

    fn pass(&mut self, from: usize, to: usize, amount: i128) {
        self.balances[from] -= amount;
        self.balances[to] += amount;
    }

    /// Whether it is accepted.
    fn ask(&mut self, asked: &Asked, now: i64) -> bool {
        match *asked {
            Asked::Move { from, to, kind, amount } => {
                let amount = i128::from(amount);
                let good = from != to && amount <= self.spendable(from) && self.takes(to, amount);
                if good {
                    self.pass(from, to, amount);
                    self.earned[to] += if kind == TransactionType::Reward { amount } else { 0 };
                }
                good
            }
            Asked::Hold { from, to, amount, seconds } => {
                let amount = i128::from(amount);
                let good = from != to && amount <= self.spendable(from);
                if good {
                    self.holds.push(Promise { from, to, amount, until: now + seconds, open: true });
                }
                good
            }
            Asked::Capture { hold, amount } => {
                let Some(promise) = self.holds.get(hold).filter(|promise| promise.open) else { return false };
                let (from, to) = (promise.from, promise.to);
                let amount = amount.map_or(promise.amount, i128::from);
                let good = amount <= promise.amount && self.takes(to, amount);
                if good {
                    self.holds[hold].open = false;
                    self.pass(from, to, amount);
                }
                good
            }
            Asked::Void { hold } => {
                let open = self.holds.get(hold).is_some_and(|promise| promise.open);
                if open {
                    self.holds[hold].open = false;
                }
                open
            }
        }
    }
}

/// Issuance, a pool, the world outside, two people, and one whose wallet takes no more than so much.
const FLOORS: [Option<i128>; 6] = [Some(-1000), Some(-500), None, Some(0), Some(0), Some(0)];
const CEILINGS: [Option<i128>; 6] = [None, None, None, None, None, Some(300)];
const KINDS: [WalletKind; 6] = [
    WalletKind::Issuance,
    WalletKind::RewardPool,
    WalletKind::External,
    WalletKind::User,
    WalletKind::User,
    WalletKind::User,
];

fn ask(books: &mut Books, asked: &Asked, ids: &[WalletId], holds: &mut Vec<HoldId>) -> bool {
    let call = a_call();
    let done = books.attempt(|books| match *asked {
        Asked::Move { from, to, .. } | Asked::Hold { from, to, .. } if from == to => Err(MintError::SameWallet.into()),
        Asked::Move { from, to, kind, amount } => {
            books.post(&call, Movement::of(kind, ids[from], ids[to], units(amount))).map(drop)
        }
        Asked::Hold { from, to, amount, seconds } => {
            let lasts = Some(Duration::seconds(seconds));
            let asked = Reservation {
                debit: ids[from],
                credit: ids[to],
                amount: units(amount),
                reason: "a promise".to_owned(),
                lasts,
            };
            holds.push(books.reserve("alice", asked)?.id);
            Ok(())
        }
        Asked::Capture { hold, amount } => {
            let id = holds.get(hold).copied().unwrap_or_default();
            books.capture(&call, id, amount.map(units), TransactionType::Transfer).map(drop)
        }
        Asked::Void { hold } => books.void(holds.get(hold).copied().unwrap_or_default()).map(drop),
    });
    done.is_ok()
}

proptest! {
    /// Whatever is asked for, in whatever batches: each verdict is the one of plain arithmetic, nothing appears or is lost,
    /// and each wallet is what its postings say.
    #[test]
    fn the_books_agree_with_plain_arithmetic(
        batches in collection::vec((0..40_i64, collection::vec(asked(), 0..20)), 0..12)
    ) {
        let mut wallets: Vec<wallet::Model> = (0..6)
            .map(|place| {
                let floor = FLOORS[place].map(|floor| i64::try_from(floor).expect("small"));
                let ceil = CEILINGS[place].map(|ceiling| units(i64::try_from(ceiling).expect("small")));
                wallet::Model { ceil, ..wallet(place as u128 + 1, KINDS[place], floor) }
            })
            .collect();
        let ids: Vec<WalletId> = wallets.iter().map(|wallet| wallet.id).collect();
        let mut reference = Reference { balances: vec![0; 6], earned: vec![0; 6], holds: Vec::new() };
        let mut rows: HashMap<HoldId, hold::Model> = HashMap::new();
        let (mut made, mut postings, mut seq, mut clock) = (Vec::new(), Vec::new(), 0, 0);
        for (passed, asked) in batches {
            clock += passed;
            let now = at_first() + Duration::seconds(clock);
            for promise in &mut reference.holds {
                promise.open &= promise.until > clock;
            }
            let opening = Opening { wallets: wallets.clone(), holds: rows.values().cloned().collect(), ..Opening::default() };
            let mut books = Books::open(opening, now).expect("sound books");
            books.number_after(seq);
            for one in &asked {
                prop_assert_eq!(ask(&mut books, one, &ids, &mut made), reference.ask(one, clock), "{:?}", one);
            }
            let closing = books.close();
            for changed in closing.wallets {
                let place = ids.iter().position(|id| *id == changed.id).expect("one of ours");
                wallets[place] = changed;
            }
            rows.extend(closing.holds.into_iter().chain(closing.new_holds).map(|hold| (hold.id, hold)));
            for row in &closing.transactions {
                seq += 1;
                prop_assert_eq!(row.seq, seq);
            }
            postings.extend(closing.postings);
            for (place, wallet) in wallets.iter().enumerate() {
                prop_assert_eq!(i128::from(wallet.balance.units()), reference.balances[place]);
                prop_assert_eq!(i128::from(wallet.held.units()), reference.held(place));
                prop_assert_eq!(i128::from(wallet.earned.units()), reference.earned[place]);
            }
            prop_assert_eq!(reference.balances.iter().sum::<i128>(), 0);
        }
        for wallet in &wallets {
            let (mut balance, mut held, mut version) = (0, 0, 0);
            for posting in postings.iter().filter(|posting: &&posting::Model| posting.wallet_id == wallet.id) {
                balance += posting.amount.units();
                held += posting.held_delta.units();
                version += 1;
                prop_assert_eq!((posting.version, posting.balance_after, posting.held_after), (version, units(balance), units(held)));
            }
            prop_assert_eq!((wallet.version, wallet.balance, wallet.held), (version, units(balance), units(held)));
        }
    }
}

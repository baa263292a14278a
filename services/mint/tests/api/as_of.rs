//! The books as they were: whatever moment is asked for, GetBalance and GetStatement say what a replay of all movements comes
//! to.

use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{GetBalanceRequest, StatementLine, VoidHoldRequest, WalletKind};
use shared::clock::{self, Time};
use shared::testing::{Chance, TestService, TestUser, new_id, size, text, units};

use crate::batch_transfer::{batch, item};
use crate::capture_hold::capture_of;
use crate::get_statement::{asked, closes, statement};
use crate::hold_funds::held;
use crate::{mint, system, wallet_with};

const OWNERS: usize = 4;
/// Lists of transfers, each at a moment of its own.
const LISTS: usize = 40;
const TRANSFERS: usize = 25;
/// None is of more: four coins.
const MOST: i64 = 400_000_000;

/// Four people who pay each other, and set money aside that is paid, freed or left where it is. Gives their wallets and the
/// one that all their money came from.
async fn lived(service: &TestService<Mint>, chance: &mut Chance) -> Vec<String> {
    let (mut people, mut wallets) = (Vec::new(), Vec::new());
    for number in 0..OWNERS {
        let owner = service.student(&format!("owner {number}"));
        wallets.push(wallet_with(service, &owner, "1000").await);
        people.push(owner);
    }
    for list in 0..LISTS {
        let payer = list % OWNERS;
        let mut other = || (payer + 1 + chance.place(OWNERS - 1)) % OWNERS;
        let receivers = [(); TRANSFERS].map(|()| other());
        let last = other();
        let transfer = |to: usize| item(&text(chance.number(1..=MOST)), &wallets[payer], &wallets[to], false);
        let transfers = receivers.into_iter().map(transfer).collect();
        mint(&people[payer]).batch_transfer(batch(transfers)).await.unwrap();
        if list % 5 == 0 {
            set_aside(&people[payer], &wallets[payer], &wallets[last], list).await;
        }
    }
    wallets.push(system(WalletKind::Issuance, Currency::Azr, "main"));
    wallets
}

async fn set_aside(payer: &TestUser, from: &str, to: &str, list: usize) {
    let hold = held(payer, "0.00000003", from, to).await;
    match list % 3 {
        0 => {
            mint(payer).capture_hold(capture_of(&hold, "0.00000001")).await.unwrap();
        }
        1 => {
            let request = VoidHoldRequest { request_id: new_id(), hold_id: hold.id };
            mint(payer).void_hold(request).await.unwrap();
        }
        _ => {}
    }
}

/// Everything that ever changed in a wallet, and when.
struct History {
    wallet: String,
    lines: Vec<(Time, StatementLine)>,
}

impl History {
    async fn of(admin: &TestUser, wallet: String, begin: Time, end: Time) -> Self {
        let whole = statement(admin, asked(&wallet, begin, end)).await;
        let lines = whole.lines.into_iter().map(|line| (clock::from_proto(line.effective_at.unwrap()).unwrap(), line));
        Self { wallet, lines: lines.collect() }
    }

    /// Balance, held part and version, added up from nothing.
    fn replayed(&self, counts: impl Fn(Time) -> bool) -> (i64, i64, i64) {
        let lines = self.lines.iter().filter(|(at, _)| counts(*at));
        lines.fold((0, 0, 0), |(balance, held, version), (_, line)| {
            (balance + units(&line.amount), held + units(&line.held_delta), version + 1)
        })
    }

    /// Any moment, and as often one at which something changed, or the last before.
    fn moment(&self, chance: &mut Chance, begin: Time, end: Time) -> Time {
        let changed = self.lines[chance.place(self.lines.len())].0;
        match chance.place(4) {
            0 => changed,
            1 => changed - chrono::Duration::microseconds(1),
            _ => {
                let span = (end - begin).num_microseconds().unwrap();
                begin + chrono::Duration::microseconds(chance.number(0..=span - 1))
            }
        }
    }
}

#[tokio::test]
async fn at_any_moment_the_books_say_what_a_replay_comes_to_and_every_statement_closes() {
    let service = TestService::<Mint>::start().await;
    let mut chance = Chance::start();
    let begin = clock::now();
    let wallets = lived(&service, &mut chance).await;
    let end = clock::now();
    let root = service.admin("root");
    let mut histories = Vec::new();
    for wallet in wallets {
        histories.push(History::of(&root, wallet, begin, end).await);
    }
    let postings: usize = histories.iter().map(|history| history.lines.len()).sum();
    assert!(postings > LISTS * TRANSFERS, "{postings} postings are too few to say anything");

    let moments = size(1_000, 10_000);
    for _ in 0..moments {
        let history = &histories[chance.place(histories.len())];
        let moment = history.moment(&mut chance, begin, end);
        let request = GetBalanceRequest { wallet_id: history.wallet.clone(), as_of: Some(clock::to_proto(moment)) };
        let told = mint(&root).get_balance(request).await.unwrap().into_inner();
        let told = (units(&told.balance), units(&told.held), told.version);
        assert_eq!(told, history.replayed(|at| at <= moment), "{} at {moment}", history.wallet);
    }

    for _ in 0..moments / 10 {
        let history = &histories[chance.place(histories.len())];
        let mut moment = || history.moment(&mut chance, begin, end);
        let (one, other) = (moment(), moment());
        let (from, to) = (one.min(other), one.max(other) + chrono::Duration::microseconds(1));
        let told = statement(&root, asked(&history.wallet, from, to)).await;
        closes(&told.opening, &told.lines, &told.closing);
        let (before, after) = (history.replayed(|at| at < from), history.replayed(|at| at < to));
        assert_eq!((units(&told.opening), told.opening_version), (before.0, before.2), "{from}");
        assert_eq!((units(&told.closing), told.closing_version), (after.0, after.2), "{to}");
        let within = history.lines.iter().filter(|(at, _)| (from..to).contains(at));
        assert!(told.lines.iter().eq(within.map(|(_, line)| line)), "{from} to {to}");
    }
}

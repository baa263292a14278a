//! Eight wallets that pay each other, by many callers at once who also look: at no moment is money lost, made or
//! overdrawn, every answer is on the books as it was given, and what happened has an order.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use mint::Mint;
use mint::entity::{posting, transaction, wallet as table};
use mint::id::WalletId;
use proto::azora::mint::v1::{BatchItem, BatchTransferRequest, GetBalanceRequest, Transaction};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::testing::{Chance, TestService, new_id, reason_of, size, text, units};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{COIN, CROWDED, Client, client};
use crate::stake::sound;
use crate::{transfer_of, wallet_with};

const WALLETS: usize = 8;
const CALLERS: usize = 16;
const LIST_MAX: usize = 100;
const EACH: i64 = 1000 * COIN;
const ALL: i64 = 8 * EACH;

/// Somebody who pays out of one wallet into the others.
struct Caller {
    client: Client,
    reader: DatabaseConnection,
    wallets: Arc<[String]>,
    chance: Chance,
    told: Told,
}

/// What a caller was told, in the order of its calls.
#[derive(Default)]
struct Told {
    /// Which wallet is the caller's.
    own: usize,
    posted: Vec<Movement>,
    refused: usize,
    /// Versions of the own wallet, each with its balance.
    seen: Vec<(i64, i64)>,
}

/// A movement: its id, its number, its amount.
type Movement = (Uuid, i64, i64);

/// A posting: its version, its movement, its amount, the balance after it.
type Posting = (i64, Option<Uuid>, i64, i64);

impl Caller {
    async fn pay(mut self, transfers: usize) -> Told {
        let mut left = transfers;
        while left > 0 {
            let list = self.list(left.min(LIST_MAX));
            left -= list.len();
            self.ask(list).await;
            self.look().await;
        }
        self.told
    }

    /// One transfer, or up to so many.
    fn list(&mut self, most: usize) -> Vec<BatchItem> {
        let count = if self.chance.one_in(2) { 1 } else { 1 + self.chance.place(most) };
        let mut items: Vec<BatchItem> = (0..count).map(|_| self.item()).collect();
        if let Some(last) = items.last_mut() {
            last.linked = false;
        }
        items
    }

    fn item(&mut self) -> BatchItem {
        let to = (self.told.own + 1 + self.chance.place(WALLETS - 1)) % WALLETS;
        // Now and then it is more than there is in all wallets.
        let most = if self.chance.one_in(16) { 2 * ALL } else { EACH / 200 };
        BatchItem {
            from_wallet_id: self.wallets[self.told.own].clone(),
            to_wallet_id: self.wallets[to].clone(),
            amount: text(self.chance.number(1..=most)),
            memo: String::new(),
            linked: self.chance.one_in(8),
        }
    }

    async fn ask(&mut self, list: Vec<BatchItem>) {
        if let [alone] = list.as_slice() {
            let request = transfer_of(&alone.amount, &alone.from_wallet_id, &alone.to_wallet_id);
            match self.client.transfer(request).await {
                Ok(answer) => self.told.note(answer.into_inner().transaction),
                Err(status) => {
                    assert_eq!(reason_of(&status), "INSUFFICIENT_FUNDS", "{status}");
                    self.told.refused += 1;
                }
            }
            return;
        }
        let count = list.len();
        let request = BatchTransferRequest { request_id: new_id(), transfers: list };
        let verdicts = self.client.batch_transfer(request).await.unwrap().into_inner().verdicts;
        assert_eq!(verdicts.len(), count);
        for verdict in verdicts {
            if verdict.transaction.is_some() {
                self.told.note(verdict.transaction);
            } else {
                let expected = ["INSUFFICIENT_FUNDS", "GROUP_REFUSED"];
                assert!(expected.contains(&verdict.reason.as_str()), "{verdict:?}");
                self.told.refused += 1;
            }
        }
    }

    /// Asks for the own balance, and looks at all of them in one statement.
    async fn look(&mut self) {
        let request = GetBalanceRequest { wallet_id: self.wallets[self.told.own].clone(), as_of: None };
        let has = self.client.get_balance(request).await.unwrap().into_inner();
        self.told.seen.push((has.version, units(&has.balance)));
        let owned = table::Entity::find().filter(table::Column::UserId.is_not_null());
        let snapshot = owned.all(&self.reader).await.unwrap();
        let known = snapshot.iter().all(|row| self.wallets.contains(&row.id.to_string()));
        assert!(known && snapshot.len() == WALLETS, "other wallets than there are: {snapshot:?}");
        assert!(snapshot.iter().all(|row| row.balance >= row.held), "below its floor: {snapshot:?}");
        assert_eq!(snapshot.iter().map(|row| row.balance.units()).sum::<i64>(), ALL, "{snapshot:?}");
    }
}

impl Told {
    fn note(&mut self, transaction: Option<Transaction>) {
        let Transaction { id, seq, amount, .. } = transaction.unwrap();
        self.posted.push((id.parse().unwrap(), seq, units(&amount)));
    }
}

/// Lets callers at these processes of one database ask for so many transfers, and judges what came of it.
async fn pay_each_other(services: &[TestService<Mint>], transfers: usize) {
    let mut chance = Chance::start();
    let users: Vec<String> = (0..WALLETS).map(|number| format!("saver {number}")).collect();
    let mut wallets = Vec::new();
    for name in &users {
        wallets.push(wallet_with(&services[0], &services[0].student(name), &text(EACH)).await);
    }
    let wallets: Arc<[String]> = wallets.into();
    let mut paying = JoinSet::new();
    for number in 0..CALLERS {
        let own = number % WALLETS;
        let service = &services[number / WALLETS % services.len()];
        let caller = Caller {
            client: client(&service.student(&users[own])),
            reader: service.reader().clone(),
            wallets: Arc::clone(&wallets),
            chance: chance.fork(),
            told: Told { own, ..Told::default() },
        };
        paying.spawn(caller.pay(transfers / CALLERS));
    }
    let told = paying.join_all().await;
    let (movements, postings) = books(&services[0], &wallets).await;
    let refused: usize = told.iter().map(|told| told.refused).sum();
    // Beside those of the callers there are those that brought the money in.
    let posted = movements.len() - WALLETS;
    assert_eq!(posted + refused, transfers / CALLERS * CALLERS);
    assert!(posted > refused && refused > 0, "{posted} posted, {refused} refused");
    judge(&movements, &postings, &told);
    sound(&services[0]).await;
}

/// All movements by their numbers, and the postings of each wallet by their versions.
async fn books(service: &TestService<Mint>, wallets: &[String]) -> (Vec<Movement>, Vec<Vec<Posting>>) {
    let movements = transaction::Entity::find()
        .select_only()
        .columns([transaction::Column::Id, transaction::Column::Seq, transaction::Column::Amount])
        .order_by_asc(transaction::Column::Seq)
        .into_tuple::<Movement>()
        .all(service.reader())
        .await
        .unwrap();
    let mut postings = Vec::new();
    for wallet in wallets {
        use posting::Column::{Amount, BalanceAfter, TransactionId, Version, WalletId as Of};
        let wallet: WalletId = Uuid::parse_str(wallet).unwrap().into();
        let own = posting::Entity::find()
            .select_only()
            .columns([Version, TransactionId, Amount, BalanceAfter])
            .filter(Of.eq(wallet))
            .order_by_asc(Version)
            .into_tuple::<Posting>()
            .all(service.reader())
            .await
            .unwrap();
        postings.push(own);
    }
    (movements, postings)
}

fn judge(movements: &[Movement], postings: &[Vec<Posting>], told: &[Told]) {
    for ((_, seq, _), number) in movements.iter().zip(1_i64..) {
        assert_eq!(*seq, number, "numbers without a gap: what is refused takes none");
    }
    let place: HashMap<Uuid, usize> = movements.iter().zip(0..).map(|((id, ..), place)| (*id, place)).collect();
    let mut edges = Vec::new();
    for own in postings {
        let mut balance = 0_i64;
        for ((version, _, amount, after), number) in own.iter().zip(1_i64..) {
            balance += amount;
            assert_eq!((*version, *after), (number, balance), "versions without a gap, each going on from the last");
            assert!(balance >= 0, "overdrawn at version {version}");
        }
        edges.extend(in_turn(&own.iter().map(|(_, movement, ..)| place[&movement.unwrap()]).collect::<Vec<_>>()));
    }
    let mut heard = HashSet::new();
    for told in told {
        for posted in &told.posted {
            assert_eq!(movements[place[&posted.0]], *posted, "on the books as it was told");
            assert!(heard.insert(posted.0), "two calls were told of one movement");
        }
        for (version, balance) in &told.seen {
            let (.., after) = postings[told.own][usize::try_from(*version).unwrap() - 1];
            assert_eq!(after, *balance, "an answer that does not fit version {version}");
        }
        assert!(told.seen.is_sorted_by_key(|(version, _)| *version), "a caller saw an earlier state after a later one");
        // Who has been answered and asks then comes later.
        edges.extend(in_turn(&told.posted.iter().map(|posted| place[&posted.0]).collect::<Vec<_>>()));
    }
    assert_eq!(heard.len() + WALLETS, movements.len(), "a movement that nobody was told of");
    assert_eq!(in_order(movements.len(), &edges), movements.len(), "movements that come before each other");
    assert!(edges.iter().all(|(before, after)| before < after), "numbers are in another order than versions");
}

/// Each before the next.
fn in_turn(places: &[usize]) -> Vec<(usize, usize)> {
    places.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// How many of so many can be put in an order in which each comes after those that are said to be before it.
fn in_order(count: usize, edges: &[(usize, usize)]) -> usize {
    let mut waits = vec![0_usize; count];
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (before, after) in edges {
        followers[*before].push(*after);
        waits[*after] += 1;
    }
    let mut free: Vec<usize> = (0..count).filter(|place| waits[*place] == 0).collect();
    let mut placed = 0;
    while let Some(next) = free.pop() {
        placed += 1;
        for after in &followers[next] {
            waits[*after] -= 1;
            if waits[*after] == 0 {
                free.push(*after);
            }
        }
    }
    placed
}

#[test]
fn a_circle_has_no_order() {
    assert_eq!(in_order(4, &[(0, 1), (1, 2), (0, 2), (2, 3)]), 4);
    assert_eq!(in_order(4, &[(0, 1), (1, 2), (2, 1), (2, 3)]), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_eight_wallets_together_never_changes() {
    let service = TestService::<Mint>::with_settings(CROWDED).await;
    pay_each_other(&[service], size(50_000, 1_000_000)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_does_it_where_two_processes_write() {
    let service = TestService::<Mint>::with_settings(CROWDED).await;
    let other = service.beside().await;
    pay_each_other(&[service, other], size(4_000, 100_000)).await;
}

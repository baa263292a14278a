//! People who pay each other, what they were told of it, and whether the books agree: nothing lost, nothing doubled.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use proto::azora::mint::v1::{
    CreateWalletRequest, GetOperationRequest, GetWalletRequest, MintTokensRequest, Transaction, TransactionType,
    TransferRequest, VerifyLedgerRequest,
};
use shared::amount::Amount;
use shared::testing::{Bearer, Chance, Place, new_id, reason_of};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Code, Response, Status};

use crate::bookkeeping;
use crate::people::{PASSWORD, People};
use crate::seeded::Fleet;

const PEOPLE: usize = 8;
/// What everybody begins with, in whole coins.
const BEGINNING: i64 = 100;
/// What a client is told when nobody looked at the request, or the answer was lost, or nothing was kept of it.
const LOST: [Code; 6] =
    [Code::Unavailable, Code::Unknown, Code::Internal, Code::Cancelled, Code::DeadlineExceeded, Code::Aborted];
/// Within which everybody is served again once a fault is over.
const RELIEF: Duration = Duration::from_secs(10);
/// What a client asks again after: nobody has looked at it, or nobody knows.
const AGAIN: [Code; 3] = [Code::Unavailable, Code::DeadlineExceeded, Code::Aborted];
/// What belongs into logs and not into answers.
const INSIDE: [&str; 7] = ["sql", "postgres", "relation", "disk", "file", "errno", "refused"];

/// Mint with a token.
pub type Mint = MintServiceClient<InterceptedService<Channel, Bearer>>;

/// Mint as somebody calls it.
pub fn mint(running: &Fleet, bearer: &Bearer) -> Mint {
    MintServiceClient::with_interceptor(running.channel("mint"), bearer.clone())
}

/// Somebody with a wallet.
#[derive(Clone)]
pub struct Owner {
    pub bearer: Bearer,
    pub wallet: String,
}

/// A transfer, and what its sender knows of it.
struct Sent {
    owner: usize,
    during: &'static str,
    request: TransferRequest,
    heard: Heard,
}

enum Heard {
    Posted(Box<Transaction>),
    Refused(Status),
    /// Nothing that tells what became of it.
    Nothing(Status),
}

/// When people stop to pay.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// As soon as they hear nothing: for a process that dies.
    UntilLost,
    /// When they are told.
    UntilTold,
}

/// Payments under way.
pub struct Paying {
    payers: JoinSet<Vec<Sent>>,
    stop: watch::Sender<bool>,
    lost: Arc<AtomicUsize>,
}

/// What came of the payments since the last judgement.
#[derive(Debug, Default)]
pub struct Tally {
    pub sent: usize,
    pub posted: usize,
    /// Of which nobody was told what became of them.
    pub unheard: usize,
    /// Those of them that were on the books, by what went on at that time.
    pub found: BTreeMap<&'static str, usize>,
    /// Codes and reasons instead of an answer: `Unavailable DATABASE_UNAVAILABLE`.
    pub complaints: BTreeSet<String>,
}

pub struct Bank<'a> {
    place: &'a Place,
    pub owners: Arc<Vec<Owner>>,
    pub chance: Chance,
    admin: Bearer,
    sent: Vec<Sent>,
    balances: Vec<i64>,
}

impl<'a> Bank<'a> {
    /// Opens accounts and wallets.
    pub async fn open(running: &Fleet, place: &'a Place) -> Self {
        let people = People::of(running, place).await;
        let mut owners = Vec::new();
        for number in 0..PEOPLE {
            let email = format!("p{number}@example.org");
            people.register(&email).await;
            let bearer = Bearer::of(&people.log_in(&email, PASSWORD).await.access_token);
            let request =
                CreateWalletRequest { request_id: new_id(), currency: Currency::Azr.into(), ..Default::default() };
            let answer = mint(running, &bearer).create_wallet(request).await.expect("a wallet");
            let wallet = answer.into_inner().wallet.expect("a wallet").id;
            let request = MintTokensRequest {
                request_id: new_id(),
                wallet_id: wallet.clone(),
                amount: BEGINNING.to_string(),
                r#type: TransactionType::Mint.into(),
                reason: "To begin with".to_owned(),
                ..Default::default()
            };
            mint(running, &people.seed()).mint_tokens(request).await.expect("tokens");
            owners.push(Owner { bearer, wallet });
        }
        Self {
            place,
            owners: Arc::new(owners),
            chance: Chance::start(),
            admin: Bearer::of(&people.administrator(place).await.access_token),
            sent: Vec::new(),
            balances: vec![BEGINNING * 100_000_000; PEOPLE],
        }
    }

    /// Everybody pays others. `during` says what goes on meanwhile.
    pub fn pay(&mut self, running: &Fleet, patience: Patience, during: &'static str) -> Paying {
        let mut paying =
            Paying { payers: JoinSet::new(), stop: watch::Sender::new(false), lost: Arc::new(AtomicUsize::new(0)) };
        for owner in 0..PEOPLE {
            let payer = Payer { mint: mint(running, &self.owners[owner].bearer), owner, during };
            let (owners, chance) = (Arc::clone(&self.owners), self.chance.fork());
            let (stop, lost) = (paying.stop.subscribe(), Arc::clone(&paying.lost));
            paying.payers.spawn(payer.go_on(owners, chance, patience, stop, lost));
        }
        paying
    }

    /// Tells everybody to stop, and hears what they know.
    pub async fn end(&mut self, paying: Paying) {
        paying.stop.send_replace(true);
        self.end_of_all(paying).await;
    }

    /// The same for a process that has died: whoever has an answer under way finds out.
    pub async fn end_of_all(&mut self, paying: Paying) {
        self.sent.extend(paying.payers.join_all().await.into_iter().flatten());
    }

    /// How long it takes from now until everybody is answered.
    pub async fn served_again(&mut self, running: &Fleet, during: &'static str) -> Duration {
        let since = Instant::now();
        for owner in 0..PEOPLE {
            let mut payer = Payer { mint: mint(running, &self.owners[owner].bearer), owner, during };
            loop {
                let sent = payer.pay(&self.owners, &mut self.chance).await;
                let told = match &sent.heard {
                    Heard::Nothing(status) => status.to_string(),
                    _ => String::new(),
                };
                self.sent.push(sent);
                assert!(since.elapsed() <= RELIEF, "{during}: not served again: {told}");
                if told.is_empty() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        since.elapsed()
    }

    /// Every acknowledged transfer is on the books once, every refused one is without effect, every other one is found out.
    pub async fn judge(&mut self, running: &Fleet) -> Tally {
        let mut by_owner: Vec<Vec<Sent>> = (0..PEOPLE).map(|_| Vec::new()).collect();
        for one in std::mem::take(&mut self.sent) {
            by_owner[one.owner].push(one);
        }
        let mut finding = JoinSet::new();
        for (owner, sent) in self.owners.iter().zip(by_owner) {
            let mint = mint(running, &owner.bearer);
            finding.spawn(async move {
                let mut found = Vec::new();
                for one in sent {
                    let (transaction, was_there) = found_out(&mint, &one).await;
                    found.push((one, transaction, was_there));
                }
                found
            });
        }
        let mut tally = Tally::default();
        for (one, transaction, was_there) in finding.join_all().await.into_iter().flatten() {
            tally.sent += 1;
            if let Heard::Nothing(status) = &one.heard {
                tally.unheard += 1;
                *tally.found.entry(one.during).or_default() += usize::from(was_there);
                tally.complaints.insert(complaint(status));
            }
            let Some(transaction) = transaction else { continue };
            tally.posted += 1;
            let amount = Amount::parse(&transaction.amount).expect("an amount").units();
            let to = self.owners.iter().position(|owner| owner.wallet == transaction.credit_wallet_id);
            self.balances[one.owner] -= amount;
            self.balances[to.expect("one of ours")] += amount;
        }
        self.balanced(running).await;
        println!("{tally:?}");
        tally
    }

    /// What everybody has is what the answers add up to, and the books keep their own rules. Whatever else is to be asked of the
    /// books after a fault is asked here.
    async fn balanced(&self, running: &Fleet) {
        for (owner, balance) in self.owners.iter().zip(&self.balances) {
            let request = GetWalletRequest { wallet_id: owner.wallet.clone() };
            let mint = mint(running, &owner.bearer);
            let answer = answered(&mint, |mut mint| {
                let request = request.clone();
                async move { mint.get_wallet(request).await }
            });
            let answer = answer.await.expect("a wallet");
            let has = Amount::parse(&answer.wallet.expect("a wallet").balance).expect("an amount");
            assert_eq!(has.units(), *balance);
        }
        let beginning: i64 = self.owners.iter().map(|_| BEGINNING * 100_000_000).sum();
        assert_eq!(self.balances.iter().sum::<i64>(), beginning);
        let mint = mint(running, &self.admin);
        let told = answered(&mint, async |mut mint: Mint| mint.verify_ledger(VerifyLedgerRequest {}).await).await;
        let told = told.expect("verified");
        assert!(told.sound, "{:?}", told.rules);
        bookkeeping::agree(self.place).await;
    }
}

impl Paying {
    /// Waits until somebody has heard nothing.
    pub async fn until_lost(&self, patience: Duration) {
        let since = Instant::now();
        while self.lost.load(Ordering::Relaxed) == 0 {
            assert!(since.elapsed() < patience, "everybody is served, as if nothing were wrong");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Somebody who pays.
struct Payer {
    mint: Mint,
    owner: usize,
    during: &'static str,
}

impl Payer {
    async fn go_on(
        mut self,
        owners: Arc<Vec<Owner>>,
        mut chance: Chance,
        patience: Patience,
        stop: watch::Receiver<bool>,
        lost: Arc<AtomicUsize>,
    ) -> Vec<Sent> {
        let mut sent = Vec::new();
        while !*stop.borrow() {
            let one = self.pay(&owners, &mut chance).await;
            let is_lost = matches!(one.heard, Heard::Nothing(_));
            sent.push(one);
            if is_lost {
                lost.fetch_add(1, Ordering::Relaxed);
                if patience == Patience::UntilLost {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        sent
    }

    /// Pays somebody else, now and then more than is there.
    async fn pay(&mut self, owners: &[Owner], chance: &mut Chance) -> Sent {
        let to = (self.owner + 1 + chance.place(PEOPLE - 1)) % PEOPLE;
        let request = TransferRequest {
            request_id: new_id(),
            from_wallet_id: owners[self.owner].wallet.clone(),
            to_wallet_id: owners[to].wallet.clone(),
            amount: format!("{}.5", chance.place(200)),
            memo: String::new(),
        };
        let heard = match self.mint.transfer(request.clone()).await {
            Ok(answer) => Heard::Posted(Box::new(answer.into_inner().transaction.expect("a transaction"))),
            Err(status) if LOST.contains(&status.code()) => Heard::Nothing(status),
            Err(status) => Heard::Refused(status),
        };
        Sent { owner: self.owner, during: self.during, request, heard }
    }
}

/// Code and reason. What somebody of ours has said tells nothing of our inside.
fn complaint(status: &Status) -> String {
    let reason = reason_of(status);
    let message = status.message().to_lowercase();
    let told = INSIDE.iter().find(|word| !reason.is_empty() && message.contains(**word));
    assert_eq!(told, None, "{message}");
    format!("{:?} {reason}", status.code())
}

/// What a client gets that asks again while it is told nothing: an answer, or a refusal.
async fn answered<T, F>(mint: &Mint, ask: impl Fn(Mint) -> F) -> Result<T, Status>
where
    F: Future<Output = Result<Response<T>, Status>>,
{
    let since = Instant::now();
    loop {
        match ask(mint.clone()).await {
            Err(status) if AGAIN.contains(&status.code()) && since.elapsed() < RELIEF => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(status) if LOST.contains(&status.code()) => panic!("nobody tells: {status}"),
            told => return told.map(Response::into_inner),
        }
    }
}

/// What the books say of it; they are asked to do it now if they have not heard of it. Gives the movement, if there is one, and
/// whether it was there before.
async fn found_out(mint: &Mint, sent: &Sent) -> (Option<Transaction>, bool) {
    let request = GetOperationRequest { operation_id: sent.request.request_id.clone() };
    let told = answered(mint, |mut mint| {
        let request = request.clone();
        async move { mint.get_operation(request).await }
    })
    .await;
    let repeated = answered(mint, |mut mint| {
        let request = sent.request.clone();
        async move { mint.transfer(request).await }
    })
    .await;
    let repeated = repeated.ok().and_then(|answer| answer.transaction);
    match (told, &sent.heard) {
        (Ok(mut told), heard) => {
            match heard {
                Heard::Posted(transaction) => {
                    assert_eq!(told.transactions, std::slice::from_ref(&**transaction), "acknowledged");
                }
                Heard::Refused(status) => assert!(told.transactions.is_empty(), "refused: {}", status.message()),
                Heard::Nothing(_) => assert!(told.transactions.len() <= 1),
            }
            assert_eq!(repeated.as_ref(), told.transactions.first(), "a repeat gives the first answer");
            (told.transactions.pop(), true)
        }
        (Err(status), Heard::Nothing(_)) if status.code() == Code::NotFound => (repeated, false),
        (Err(status), Heard::Nothing(_)) => panic!("nobody tells what became of it: {}", status.message()),
        (Err(status), Heard::Posted(_)) => panic!("acknowledged and not on the books: {}", status.message()),
        (Err(status), Heard::Refused(told)) => panic!("{} is not on the books: {}", told.message(), status.message()),
    }
}

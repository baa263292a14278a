//! What growth costs: the same calls on many wallets and on a long history, in turns with the same calls on few, each on a
//! database of its own on the same Postgres. Only what is measured within one turn is compared.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use proto::azora::mint::v1::{GetBalanceRequest, GetStatementRequest, ListTransactionsRequest};
use shared::cli::print;
use shared::clock::{self, Time};
use shared::random;
use tokio::task::{JoinSet, block_in_place};
use tonic::transport::Channel;

use crate::hosted::{self, Hosted, Token, numbered, other_than, signed, token_of};
use crate::load::{Measured, measure, median};
use crate::reference::Pgbench;
use crate::report::table;
use crate::signer::Signer;
use crate::verify;

/// Of each call at each size; the median of their ratios is shown, since this machine changes its pace from one second to
/// the next.
const ROUNDS: u32 = 5;
/// Tokens, each of an owner; who asks is drawn from them. Mint remembers twice as many. On few wallets an owner has several,
/// so that tokens cost the same at every size. Those who are paid are drawn from all wallets.
const OWNERS: u64 = 4096;
/// Callers of Transfer.
const TOGETHER: usize = 256;
/// Two postings of each wallet with a history: it has two pages of them, at every size.
const HISTORY_ROUNDS: u64 = 50;
/// A statement begins so long ago, within the history, and has more lines than a page.
const STATEMENT: Duration = Duration::from_hours(21 * 24);
/// Lines of a page, where nothing else is asked for.
const PAGE: usize = 50;

/// What wallets have behind them.
const HISTORY: &str = include_str!("growth/history.sql");

/// What the others are held against.
const SMALLEST: Size = Size { name: "10^3 wallets", wallets: 1000, histories: 1000 };
const SIZES: [Size; 3] = [
    Size { name: "10^5 wallets", wallets: 100_000, histories: OWNERS },
    Size { name: "10^6 wallets", wallets: 1_000_000, histories: OWNERS },
    Size { name: "10^5 wallets, 10^7 postings", wallets: 100_000, histories: 100_000 },
];

/// How much is there.
#[derive(Clone, Copy)]
struct Size {
    name: &'static str,
    wallets: u64,
    /// So many of them, spread evenly, have a history; owners are among them.
    histories: u64,
}

impl Size {
    /// Rows of the larger of the two tables.
    fn extent(&self) -> u64 {
        self.wallets.max(self.histories * HISTORY_ROUNDS * 2)
    }

    fn fill(&self, sql: &str) -> String {
        sql.replace(":wallets", &self.wallets.to_string())
            .replace(":histories", &self.histories.to_string())
            .replace(":rounds", &HISTORY_ROUNDS.to_string())
    }

    fn seed(&self, database: &Pgbench) -> Result<()> {
        database.execute(&self.fill(HISTORY))?;
        database.execute("VACUUM (ANALYZE)")?;
        // What seeding has left to write shall not be written while something is measured.
        database.execute("CHECKPOINT")?;
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Asked {
    Transfer,
    Balance,
    Statement,
    Transactions,
}

impl Asked {
    const ALL: [Self; 4] = [Self::Transfer, Self::Balance, Self::Statement, Self::Transactions];

    fn name(self) -> &'static str {
        match self {
            Self::Transfer => "Transfer",
            Self::Balance => "GetBalance",
            Self::Statement => "GetStatement",
            Self::Transactions => "ListTransactions",
        }
    }

    fn callers(self) -> usize {
        if matches!(self, Self::Transfer) { TOGETHER } else { 64 }
    }

    /// Asks it once; statements of what was there at that moment.
    async fn ask(self, mut mint: MintServiceClient<Channel>, owner: Owner, wallets: u64, moment: Time) -> Result<()> {
        let Owner { wallet, token } = owner;
        let wallet_id = numbered(wallet).to_string();
        match self {
            Self::Transfer => {
                let request = hosted::transfer(wallet, other_than(wallet, wallets));
                mint.transfer(signed(request, &token)).await?;
            }
            Self::Balance => {
                let request = GetBalanceRequest { wallet_id, as_of: None };
                mint.get_balance(signed(request, &token)).await?;
            }
            Self::Statement => {
                let (from, to) = (clock::to_proto(moment - STATEMENT), clock::to_proto(moment));
                let request =
                    GetStatementRequest { wallet_id, from: Some(from), to: Some(to), ..GetStatementRequest::default() };
                let page = mint.get_statement(signed(request, &token)).await?.into_inner();
                ensure!(page.lines.len() == PAGE, "a statement of {} lines", page.lines.len());
            }
            Self::Transactions => {
                let request = ListTransactionsRequest { wallet_id, ..ListTransactionsRequest::default() };
                let page = mint.list_transactions(signed(request, &token)).await?.into_inner();
                ensure!(page.transactions.len() == PAGE, "a list of {} transactions", page.transactions.len());
            }
        }
        Ok(())
    }
}

/// Somebody who can ask.
#[derive(Clone)]
struct Owner {
    wallet: u64,
    token: Token,
}

/// Books of one size, and mint that keeps them.
struct Side {
    mint: Hosted,
    size: Size,
    /// When all of the history was there.
    moment: Time,
}

impl Side {
    async fn start(postgres: &str, name: &str, size: Size, signer: &Signer) -> Result<Self> {
        let began = Instant::now();
        let database = hosted::database(postgres, name, size.wallets).await?;
        block_in_place(|| size.seed(&database)).context(size.name)?;
        verify::sound(&database.url()).await.context(size.name)?;
        eprintln!("{}: there after {:.0} s", size.name, began.elapsed().as_secs_f64());
        let mint = Hosted::start(database, true, signer).await?;
        Ok(Self { mint, size, moment: clock::now() })
    }

    /// Pays every wallet with a history once. A server writes a page whole when it first changes after a checkpoint: here that
    /// would be nearly every page, though between two checkpoints it is not.
    async fn pay_each(&self, owners: &Arc<[Owner]>) -> Result<()> {
        let (client_of, size) = (self.mint.clients(), self.size);
        let mut paying = JoinSet::new();
        for caller in 0..TOGETHER {
            let (mut mint, owners) = (client_of(caller), Arc::clone(owners));
            paying.spawn(async move {
                for place in (caller as u64..size.histories).step_by(TOGETHER) {
                    let to = 1 + place * size.wallets / size.histories;
                    let mut able = owners.iter().cycle().skip(caller).filter(|owner| owner.wallet != to);
                    let Owner { wallet, token } = able.next().context("nobody else has a wallet")?;
                    mint.transfer(signed(hosted::transfer(*wallet, to), token)).await?;
                }
                Ok::<_, anyhow::Error>(())
            });
        }
        paying.join_all().await.into_iter().collect()
    }

    /// With tokens that have just been made: they live for a quarter of an hour.
    fn owners(&self, signer: &Signer) -> Result<Arc<[Owner]>> {
        let owner = |place: u64| {
            let wallet = 1 + place * self.size.wallets / OWNERS;
            Ok(Owner { wallet, token: token_of(signer, wallet)? })
        };
        (0..OWNERS).map(owner).collect()
    }

    async fn measure(&self, asked: Asked, owners: &Arc<[Owner]>, time: Duration) -> Result<Measured> {
        let (client_of, owners) = (self.mint.clients(), Arc::clone(owners));
        let (wallets, moment) = (self.size.wallets, self.moment);
        let measured = measure(asked.callers(), time, move |caller| {
            let drawn = usize::from(u16::from_be_bytes(random::bytes())) % owners.len();
            asked.ask(client_of(caller), owners[drawn].clone(), wallets, moment)
        });
        measured.await.with_context(|| format!("{}, {}", self.size.name, asked.name()))
    }
}

/// Measures sizes of at most so many wallets and postings, each in turns with the smallest one, and prints them.
pub async fn run(postgres: &str, largest: u64, time: Duration) -> Result<()> {
    let sizes: Vec<Size> = SIZES.into_iter().filter(|size| size.extent() <= largest).collect();
    ensure!(!sizes.is_empty(), "--largest has to be at least {}", SIZES[0].extent());
    let slice = time / ROUNDS;
    let signer = Signer::new()?;
    let mut rows = Vec::new();
    for size in sizes {
        let large = Side::start(postgres, "large", size, &signer).await?;
        // Filled anew: it has grown in its turns with the size before.
        let small = Side::start(postgres, "small", SMALLEST, &signer).await?;
        for asked in Asked::ALL {
            let (at_small, at_large) = (small.owners(&signer)?, large.owners(&signer)?);
            if matches!(asked, Asked::Transfer) {
                small.pay_each(&at_small).await?;
                large.pay_each(&at_large).await?;
            }
            let (mut on_small, mut on_large) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                on_small.push(small.measure(asked, &at_small, slice).await?);
                on_large.push(large.measure(asked, &at_large, slice).await?);
            }
            rows.push(row(size.name, asked, &on_small, &on_large));
        }
        small.mint.stop().await?;
        large.mint.stop().await?;
    }
    let header =
        ["books", "call", "calls/s", "p50 ms", "p99 ms", "10^3: calls/s", "p50 ms", "p99 ms", "ratio", "ratios"];
    print(format_args!(
        "{TOGETHER} callers of Transfer, 64 of the others; medians of {ROUNDS} rounds of {:.1} s, in turns with {}; \
         every owner has a history of {} postings; the ratio shall be 0.80 at least\n{}",
        slice.as_secs_f64(),
        SMALLEST.name,
        HISTORY_ROUNDS * 2,
        table(header, rows)
    ));
    Ok(())
}

fn row(size: &str, asked: Asked, small: &[Measured], large: &[Measured]) -> [String; 10] {
    let ratios: Vec<f64> = large.iter().zip(small).map(|(large, small)| large.rate / small.rate).collect();
    let (least, most) =
        ratios.iter().fold((f64::MAX, f64::MIN), |(least, most), one| (least.min(*one), most.max(*one)));
    let [rate, p50, p99] = Measured::median(large).cells();
    let [rate_of_small, p50_of_small, p99_of_small] = Measured::median(small).cells();
    [
        size.to_owned(),
        asked.name().to_owned(),
        rate,
        p50,
        p99,
        rate_of_small,
        p50_of_small,
        p99_of_small,
        format!("{:.2}", median(ratios)),
        format!("{least:.2} to {most:.2}"),
    ]
}

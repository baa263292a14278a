//! Transfers through gRPC, many to a commit and one to a commit, beside the same movement as one SQL function under pgbench
//! on the same tables, and pgbench's own transaction.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use mint::Mint;
use proto::azora::mint::v1::TransferRequest;
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use shared::cli::print;
use shared::config::{self, Variables};
use shared::id;
use shared::identity::Verifier;
use shared::keys::Keys;
use shared::service::Service;
use shared::{random, server};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use toml::{Table, Value};
use tonic::Request;
use tonic::metadata::MetadataValue;
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;

use crate::load::{Measured, measure};
use crate::reference::{Pgbench, Script};
use crate::report::table;
use crate::signer::Signer;

const CALLERS: [usize; 4] = [1, 8, 64, 256];
/// Clients of pgbench; the best of them counts.
const CLIENTS: [usize; 3] = [8, 16, 32];
/// Connections to mint.
const CHANNELS: usize = 4;
/// The wallet that everybody pays in the hot runs.
const HOT: u64 = 1;

/// The movement of one transfer with everything that mint's books hold of it, and one round trip.
const MOVEMENT: &str = include_str!("transfer/movement.sql");
/// Wallets without a floor, so that no run ends because somebody has nothing left.
const WALLETS: &str = include_str!("transfer/wallets.sql");

/// Which wallets take part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Uniform,
    Hot,
}

/// Measures all in turn and prints them side by side.
pub async fn run(postgres: &str, wallets: u64, time: Duration) -> Result<()> {
    let slice = time / 3;
    let signer = Signer::new()?;
    let together = Served::start(postgres, "together", true, wallets, &signer).await?;
    let alone = Served::start(postgres, "alone", false, wallets, &signer).await?;
    let in_sql = Served::migrated(postgres, "sql", wallets).await?;
    in_sql.execute(MOVEMENT)?;
    let tpcb = Pgbench::make(postgres, 50)?;
    let mut rows = Vec::new();
    let mut ratios = Vec::new();
    for shape in [Shape::Uniform, Shape::Hot] {
        let name = if shape == Shape::Uniform { "uniform" } else { "one hot wallet" };
        let credit = if shape == Shape::Uniform { format!("random(1, {wallets})") } else { HOT.to_string() };
        let script = format!(
            "\\set debit random({}, {wallets})\n\\set credit {credit}\nSELECT move(:debit, :credit, 1);\n",
            HOT + 1
        );
        let mut best: Option<Measured> = None;
        for clients in CLIENTS {
            let one = blocking(|| in_sql.measure(&Script::Own(&script), clients, slice))?;
            rows.push(row(name, &format!("pgbench, one function, {clients} clients"), &one));
            best = best.filter(|best| best.rate > one.rate).or(Some(one));
        }
        let best = best.context("no clients")?;
        let mut last = None;
        for callers in CALLERS {
            let one_each = alone.measure(shape, callers, wallets, slice).await?;
            let many = together.measure(shape, callers, wallets, slice).await?;
            rows.push(row(name, &format!("mint, one to a commit, {callers} callers"), &one_each));
            rows.push(row(name, &format!("mint, many to a commit, {callers} callers"), &many));
            last = Some((many, one_each));
        }
        let (many, one_each) = last.context("no callers")?;
        ratios.push((name, many.rate / best.rate, many.rate / one_each.rate, many.p99 / one_each.p99, many.rate));
    }
    let tpcb = blocking(|| tpcb.measure(&Script::Tpcb, 16, slice))?;
    rows.push(row("", "pgbench, tpcb-like, scale 50, 16 clients", &tpcb));
    together.stop().await?;
    alone.stop().await?;
    print(format_args!(
        "{wallets} wallets, {:.1} s each; p50 of pgbench is its mean\n{}",
        slice.as_secs_f64(),
        table(["load", "what", "transfers/s", "p50 ms", "p99 ms"], rows)
    ));
    let ratios = ratios.into_iter().map(|(name, of_sql, of_alone, of_p99, rate)| {
        let figures = [of_sql, rate / tpcb.rate, of_alone, of_p99].map(|ratio| format!("{ratio:.2}"));
        let [of_sql, of_tpcb, of_alone, of_p99] = figures;
        [name.to_owned(), of_sql, of_tpcb, of_alone, of_p99]
    });
    print(format_args!(
        "mint, many to a commit, 256 callers, as a multiple of\n{}",
        table(["load", "best function", "tpcb-like", "one to a commit", "its p99"], ratios)
    ));
    Ok(())
}

fn blocking<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

fn row(load: &str, what: &str, measured: &Measured) -> [String; 5] {
    let millis = |value: f64| if value.is_nan() { "-".to_owned() } else { format!("{value:.2}") };
    [load.to_owned(), what.to_owned(), format!("{:.0}", measured.rate), millis(measured.p50), millis(measured.p99)]
}

/// Mint alone, on a database of its own.
struct Served {
    clients: Vec<MintServiceClient<Channel>>,
    tokens: Arc<Vec<MetadataValue<tonic::metadata::Ascii>>>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<Result<(), server::StartError>>,
}

impl Served {
    /// A database with mint's tables and so many wallets.
    async fn migrated(postgres: &str, name: &str, wallets: u64) -> Result<Pgbench> {
        let database = Pgbench::empty(postgres, name)?;
        let settings = settings(&database.url(), true)?;
        let connected = server::connect(Mint::NAME, &settings.shared).await?;
        server::gate::<Mint>(&connected, true).await?;
        connected.close().await?;
        database.execute(&WALLETS.replace(":wallets", &wallets.to_string()))?;
        Ok(database)
    }

    async fn start(postgres: &str, name: &str, batching: bool, wallets: u64, signer: &Signer) -> Result<Self> {
        let database = Self::migrated(postgres, name, wallets).await?;
        let settings = settings(&database.url(), batching)?;
        let shared = settings.shared.clone();
        let connected = server::connect(Mint::NAME, &shared).await?;
        let verifier = Arc::new(Verifier::new(None));
        signer.trusted_by(&verifier);
        let app = server::assemble::<Mint>(settings, connected, Keys::ephemeral(), verifier).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(async move {
            let served = app.serve(listener, &shared, stopped).await;
            drop(database);
            served
        });
        let mut clients = Vec::new();
        for _ in 0..CHANNELS {
            let channel = Endpoint::from_shared(format!("http://{address}"))?.connect().await?;
            clients.push(MintServiceClient::new(channel));
        }
        let most = CALLERS.iter().max().copied().unwrap_or_default() as u64;
        let token = |number: u64| Ok(format!("Bearer {}", signer.token(numbered(number))?).parse()?);
        let tokens = (HOT + 1..=HOT + most).map(token).collect::<Result<_>>()?;
        Ok(Self { clients, tokens: Arc::new(tokens), stop, serving })
    }

    async fn stop(self) -> Result<()> {
        self.stop.send_replace(true);
        Ok(self.serving.await??)
    }

    /// Each caller pays out of a wallet of their own.
    async fn measure(&self, shape: Shape, callers: usize, wallets: u64, time: Duration) -> Result<Measured> {
        let (clients, tokens) = (self.clients.clone(), Arc::clone(&self.tokens));
        measure(callers, time, move |caller| {
            let mut client = clients[caller % CHANNELS].clone();
            let from = HOT + 1 + caller as u64;
            let to = match shape {
                Shape::Hot => HOT,
                Shape::Uniform => other_than(from, wallets),
            };
            let mut request = Request::new(TransferRequest {
                request_id: id::time_ordered().to_string(),
                from_wallet_id: numbered(from).to_string(),
                to_wallet_id: numbered(to).to_string(),
                amount: "0.00000001".to_owned(),
                memo: String::new(),
            });
            request.metadata_mut().insert("authorization", tokens[caller].clone());
            async move {
                client.transfer(request).await?;
                Ok(())
            }
        })
        .await
    }
}

fn settings(url: &str, batching: bool) -> Result<config::Settings<<Mint as Service>::Config>> {
    let mut overrides = Table::new();
    overrides.insert("drain_notice_ms".to_owned(), Value::Integer(0));
    overrides.insert("posting_batching".to_owned(), Value::Boolean(batching));
    let mut settings =
        config::load::<<Mint as Service>::Config>(Mint::NAME, Mint::DEFAULTS, &overrides, &Variables::read())?;
    url.clone_into(&mut settings.shared.database_url);
    Ok(settings)
}

/// The id of a wallet and of its owner: what `wallets.sql` makes of the number.
fn numbered(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

fn other_than(number: u64, wallets: u64) -> u64 {
    let drawn = u64::from_be_bytes(random::bytes()) % wallets + 1;
    if drawn == number { drawn % wallets + 1 } else { drawn }
}

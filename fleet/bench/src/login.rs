//! Logins beside bare bcrypt, which bounds them, and what a storm of them does to those who have logged in already.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use ed25519_dalek::{Signer, SigningKey};
use host::Running;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{DeviceProof, LoginRequest, LoginResponse, RefreshTokenRequest};
use proto::azora::mint::v1::ListWalletsRequest;
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use seed::said;
use shared::cli::print;
use shared::{clock, random};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};
use tonic::transport::Channel;
use tonic::{Request, Response, Status};
use tonic_types::StatusExt;

use crate::fleet;
use crate::load::{Latencies, median};
use crate::report::table;

/// The cost in force.
const COST: u32 = 12;
/// Hashes a thread whose median is the time of one.
const HASHES: usize = 5;
/// Enough that no device is in more than a few logins at a time.
const ACCOUNTS_PER_CORE: usize = 32;
/// Enough that the pool is never idle, too few to be refused.
const CALLERS_PER_CORE: usize = 4;
/// Until the queue is as long as it will be.
const WARM_UP: Duration = Duration::from_secs(2);
/// How many times what can be served a storm brings.
const STORM: f64 = 10.0;
/// Those who have logged in already, and how often each refreshes and reads: 50 a second in all.
const SESSIONS: usize = 8;
const TURN: Duration = Duration::from_millis(160);

/// Measures on both backends, one after the other, and prints them side by side.
pub async fn run(time: Duration) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let cores = thread::available_parallelism()?.get();
    let sqlite = on(Some(format!("sqlite:{}", folder.path().display())), cores, time).await.context("SQLite")?;
    let on_postgres = on(None, cores, time).await.context("Postgres")?;
    let pairs = sqlite.rows().into_iter().zip(on_postgres.rows());
    let rows = pairs.map(|((what, target, here), (_, _, there))| [what.to_owned(), here, there, target.to_owned()]);
    print(format_args!(
        "{cores} cores, bcrypt of cost {COST}, {} callers; each part {} s; the storm brings {STORM} x cores / t_hash\n{}",
        cores * CALLERS_PER_CORE,
        time.as_secs(),
        table(["what", "SQLite", "Postgres", "target"], rows)
    ));
    for (backend, figures) in [("SQLite", &sqlite), ("Postgres", &on_postgres)] {
        for (answer, count) in &figures.storm.others {
            print(format_args!("{backend}, in the storm, {count} times: {answer}"));
        }
    }
    Ok(())
}

/// What was measured on one backend.
struct Figures {
    /// Seconds of a hash: on one core with the others idle, and with all of them busy.
    alone: f64,
    busy: f64,
    /// cores / `busy`, logins a second.
    bound: f64,
    /// Logins a second, saturated.
    rate: f64,
    quiet: Bystanders,
    storm: Storm,
    stormy: Bystanders,
}

impl Figures {
    /// What, target, figure.
    fn rows(&self) -> Vec<(&'static str, &'static str, String)> {
        let storm = &self.storm;
        let p99 = |latencies: &Latencies| latencies.millis(0.99);
        let (refresh, stormy_refresh) = (p99(&self.quiet.refreshes), p99(&self.stormy.refreshes));
        let (read, stormy_read) = (p99(&self.quiet.reads), p99(&self.stormy.reads));
        vec![
            ("t_hash, one core, ms", "", format!("{:.0}", self.alone * 1000.0)),
            ("t_hash, all cores, ms", "", format!("{:.0}", self.busy * 1000.0)),
            ("cores / t_hash, logins/s", "", format!("{:.2}", self.bound)),
            ("saturated, logins/s", "", format!("{:.2}", self.rate)),
            ("of cores / t_hash", ">= 0.90", format!("{:.2}", self.rate / self.bound)),
            ("storm, offered/s", "", format!("{:.1}", storm.offered)),
            ("storm, logins/s", "", format!("{:.2}", storm.rate)),
            ("of cores / t_hash", ">= 0.80", format!("{:.2}", storm.rate / self.bound)),
            ("LOGIN_BUSY", "", storm.busy.count().to_string()),
            ("LOGIN_BUSY, p99 ms", "<= 50", format!("{:.1}", p99(&storm.busy))),
            ("other refusals", "0", storm.others.values().sum::<u64>().to_string()),
            ("RefreshToken, quiet, p99 ms", "", format!("{refresh:.1}")),
            ("RefreshToken, storm, p99 ms", "", format!("{stormy_refresh:.1}")),
            ("of quiet", "<= 3", format!("{:.2}", stormy_refresh / refresh)),
            ("ListWallets, quiet, p99 ms", "", format!("{read:.1}")),
            ("ListWallets, storm, p99 ms", "", format!("{stormy_read:.1}")),
            ("of quiet", "<= 3", format!("{:.2}", stormy_read / read)),
            ("refused or failed, quiet and storm", "0", (self.quiet.failed + self.stormy.failed).to_string()),
        ]
    }
}

async fn on(database_url: Option<String>, cores: usize, time: Duration) -> Result<Figures> {
    let running = fleet::up(database_url).await?;
    let auth = AuthServiceClient::new(fleet::channel(&running, "auth").await?);
    let accounts = known_devices(&running, &auth, cores * ACCOUNTS_PER_CORE).await.context("making accounts")?;
    let sessions = log_in(&running).await.context("opening sessions")?;

    let alone = hash_time(1)?;
    let before = hash_time(cores)?;
    let (sessions, quiet) = bystanders(sessions, time).await.context("without a storm")?;
    let rate = saturated(&auth, &accounts, cores * CALLERS_PER_CORE, time).await.context("saturating")?;
    // This machine changes its pace: what bounds the logins is the mean of before and after.
    let busy = f64::midpoint(before, hash_time(cores)?);
    let bound = cores as f64 / busy;
    let (storm, (_, stormy)) =
        tokio::try_join!(offer(&auth, &accounts, STORM * bound, time), bystanders(sessions, time)).context("storm")?;
    running.down().await?;
    Ok(Figures { alone, busy, bound, rate, quiet, storm, stormy })
}

/// Seconds of a hash, with that many threads at it.
fn hash_time(threads: usize) -> Result<f64> {
    let hashes = || {
        let mut took = Vec::new();
        for _ in 0..HASHES {
            let began = Instant::now();
            black_box(bcrypt::non_truncating_hash("x".repeat(64), COST)?);
            took.push(began.elapsed().as_secs_f64());
        }
        Ok::<_, anyhow::Error>(took)
    };
    let took = tokio::task::block_in_place(|| {
        thread::scope(|scope| {
            let hashing: Vec<_> = (0..threads).map(|_| scope.spawn(hashes)).collect();
            let joined = hashing.into_iter().map(|one| one.join().map_err(|_panic| anyhow!("a hash panicked"))?);
            joined.collect::<Result<Vec<_>>>()
        })
    })?;
    Ok(median(took.into_iter().flatten()))
}

/// Logins of accounts whose devices are known.
async fn known_devices(
    running: &Running,
    auth: &AuthServiceClient<Channel>,
    count: usize,
) -> Result<Vec<LoginRequest>> {
    let addresses = fleet::register(running, count, fleet::PASSWORD, true).await?;
    let auth = auth.clone();
    fleet::each(addresses, 4, move |email: String| {
        let mut auth = auth.clone();
        async move {
            let first = login_of(email);
            let answer = auth.login(first.clone()).await.map_err(said)?.into_inner();
            let device_token = answer.tokens.context("no tokens in the answer")?.device_token;
            Ok(LoginRequest { device_token, ..first })
        }
    })
    .await
}

fn login_of(email: String) -> LoginRequest {
    LoginRequest { email, password: fleet::PASSWORD.to_owned(), ..Default::default() }
}

/// Logins a second that succeed while `callers` repeat them.
async fn saturated(
    auth: &AuthServiceClient<Channel>,
    accounts: &[LoginRequest],
    callers: usize,
    time: Duration,
) -> Result<f64> {
    let counted = Instant::now() + WARM_UP;
    let end = counted + time;
    let mut tasks = JoinSet::new();
    for own in accounts.chunks(accounts.len().div_ceil(callers)) {
        let (mut auth, own) = (auth.clone(), own.to_vec());
        tasks.spawn(async move {
            let mut done = 0_u64;
            for request in own.iter().cycle().take_while(|_| Instant::now() < end) {
                auth.login(request.clone()).await.map_err(said)?;
                done += u64::from((counted..end).contains(&Instant::now()));
            }
            Ok::<_, anyhow::Error>(done)
        });
    }
    let mut done = 0;
    while let Some(ended) = tasks.join_next().await {
        done += ended??;
    }
    Ok(done as f64 / time.as_secs_f64())
}

/// What became of logins that came faster than they can be served.
struct Storm {
    /// Logins a second that were begun.
    offered: f64,
    /// Logins a second that succeeded.
    rate: f64,
    /// Times of those that were refused as LOGIN_BUSY.
    busy: Latencies,
    /// All other refusals.
    others: BTreeMap<String, u64>,
}

/// Begins logins at a fixed rate, whatever becomes of those before.
async fn offer(
    auth: &AuthServiceClient<Channel>,
    accounts: &[LoginRequest],
    rate: f64,
    time: Duration,
) -> Result<Storm> {
    let mut ticks = interval(Duration::from_secs_f64(1.0 / rate));
    let began = Instant::now();
    let (counted, end) = (began + WARM_UP.min(time / 2), began + time);
    let mut tasks = JoinSet::new();
    let mut offered = 0_u64;
    for request in accounts.iter().cycle() {
        ticks.tick().await;
        if Instant::now() >= end {
            break;
        }
        let (mut auth, request) = (auth.clone(), request.clone());
        offered += 1;
        tasks.spawn(async move {
            let began = Instant::now();
            let answer = auth.login(request).await;
            let ended = Instant::now();
            (fate_of(answer), ended - began, ended)
        });
    }
    let (mut done, mut busy, mut others) = (0_u64, Latencies::new()?, BTreeMap::<String, u64>::new());
    while let Some(call) = tasks.join_next().await {
        let (fate, took, ended) = call?;
        match fate {
            Fate::Done => done += u64::from((counted..end).contains(&ended)),
            Fate::Busy => busy.note(took)?,
            Fate::Other(answer) => *others.entry(answer).or_default() += 1,
        }
    }
    let rate = done as f64 / (end - counted).as_secs_f64();
    Ok(Storm { offered: offered as f64 / time.as_secs_f64(), rate, busy, others })
}

enum Fate {
    Done,
    Busy,
    Other(String),
}

fn fate_of(answer: Result<Response<LoginResponse>, Status>) -> Fate {
    let Err(status) = answer else { return Fate::Done };
    let is_busy = status.get_error_details().error_info().is_some_and(|info| info.reason == "LOGIN_BUSY");
    if is_busy { Fate::Busy } else { Fate::Other(format!("{:?}: {}", status.code(), status.message())) }
}

/// What those get who have logged in already.
struct Bystanders {
    refreshes: Latencies,
    reads: Latencies,
    failed: u64,
}

impl Bystanders {
    fn new() -> Result<Self> {
        Ok(Self { refreshes: Latencies::new()?, reads: Latencies::new()?, failed: 0 })
    }
}

/// Lets all refresh and read at their modest pace, and gives the sessions back.
async fn bystanders(sessions: Vec<Session>, time: Duration) -> Result<(Vec<Session>, Bystanders)> {
    let end = Instant::now() + time;
    let apart = TURN / u32::try_from(sessions.len())?;
    let mut tasks = JoinSet::new();
    for (place, mut session) in (0_u32..).zip(sessions) {
        let mut turns = interval_at(Instant::now() + apart * place, TURN);
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tasks.spawn(async move {
            let mut own = Bystanders::new()?;
            while Instant::now() < end {
                turns.tick().await;
                if session.turn(&mut own).await?.is_err() {
                    own.failed += 1;
                }
            }
            Ok::<_, anyhow::Error>((session, own))
        });
    }
    let (mut kept, mut all) = (Vec::new(), Bystanders::new()?);
    while let Some(ended) = tasks.join_next().await {
        let (session, own) = ended??;
        kept.push(session);
        all.refreshes.add(&own.refreshes)?;
        all.reads.add(&own.reads)?;
        all.failed += own.failed;
    }
    Ok((kept, all))
}

/// Somebody who has logged in, on a device with a key.
struct Session {
    auth: AuthServiceClient<Channel>,
    mint: MintServiceClient<Channel>,
    key: SigningKey,
    refresh_token: String,
}

async fn log_in(running: &Running) -> Result<Vec<Session>> {
    let mut opened = Vec::new();
    for email in fleet::register(running, SESSIONS, fleet::PASSWORD, true).await? {
        let key = SigningKey::from_bytes(&random::bytes());
        let device_key = key.verifying_key().to_bytes().to_vec();
        let mut auth = AuthServiceClient::new(fleet::channel(running, "auth").await?);
        let mint = MintServiceClient::new(fleet::channel(running, "mint").await?);
        let answer = auth.login(LoginRequest { device_key, ..login_of(email) }).await.map_err(said)?.into_inner();
        let refresh_token = answer.tokens.context("no tokens in the answer")?.refresh_token;
        opened.push(Session { auth, mint, key, refresh_token });
    }
    Ok(opened)
}

impl Session {
    /// Refreshes, and reads with the token that mint has not seen before. The time of a call that is refused counts too.
    async fn turn(&mut self, seen: &mut Bystanders) -> Result<Result<(), Status>> {
        let request = RefreshTokenRequest { refresh_token: self.refresh_token.clone(), proof: Some(self.proof()) };
        let began = Instant::now();
        let answer = self.auth.refresh_token(request).await;
        seen.refreshes.note(began.elapsed())?;
        let tokens = match answer {
            Ok(answer) => answer.into_inner().tokens.context("no tokens in the answer")?,
            Err(status) => return Ok(Err(status)),
        };
        self.refresh_token = tokens.refresh_token;

        let mut request = Request::new(ListWalletsRequest::default());
        request.metadata_mut().insert("authorization", format!("Bearer {}", tokens.access_token).parse()?);
        let began = Instant::now();
        let answer = self.mint.list_wallets(request).await;
        seen.reads.note(began.elapsed())?;
        Ok(answer.map(drop))
    }

    /// That it is this device that shows the token.
    fn proof(&self) -> DeviceProof {
        let signed_at = clock::to_proto(clock::now());
        let message = format!("azora.device.v1\n{}\n{}", signed_at.seconds, self.refresh_token);
        let signature = self.key.sign(message.as_bytes()).to_bytes().to_vec();
        DeviceProof { signed_at: Some(signed_at), signature }
    }
}

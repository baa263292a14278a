//! Mint alone in this process, on a database of its own, and how its callers ask it.

use std::sync::Arc;

use anyhow::Result;
use mint::Mint;
use proto::azora::common::v1::Role;
use proto::azora::mint::v1::TransferRequest;
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use sea_orm::{ConnectionTrait, DbBackend};
use shared::config::{self, Variables};
use shared::db::{self, Database};
use shared::id;
use shared::identity::Verifier;
use shared::keys::Keys;
use shared::random;
use shared::server::{self, App};
use shared::service::Service;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use toml::{Table, Value};
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;

use crate::reference::Pgbench;
use crate::signer::Signer;

/// Connections to mint.
const CHANNELS: usize = 4;

/// Wallets, in the dialects: their ways to count and to write a UUID differ.
const POSTGRES: &str = include_str!("hosted/postgres.sql");
const SQLITE: &str = include_str!("hosted/sqlite.sql");

/// Mint's settings.
pub type Settings = config::Settings<<Mint as Service>::Config>;

/// What a caller shows.
pub type Token = MetadataValue<Ascii>;

/// Mint, and connections to it.
pub struct Hosted {
    clients: Arc<[MintServiceClient<Channel>]>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<Result<(), server::StartError>>,
}

/// Where mint's tables are; gone with it.
pub enum Storage {
    Postgres(Pgbench),
    /// A file in it.
    Sqlite(TempDir),
}

impl From<Pgbench> for Storage {
    fn from(database: Pgbench) -> Self {
        Self::Postgres(database)
    }
}

impl Storage {
    /// A SQLite file with mint's tables and so many wallets.
    pub async fn file(wallets: u64) -> Result<Self> {
        let storage = Self::Sqlite(tempfile::tempdir()?);
        fill(&storage.url(), wallets).await?.close().await?;
        Ok(storage)
    }

    fn url(&self) -> String {
        match self {
            Self::Postgres(database) => database.url(),
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("mint.db").display()),
        }
    }
}

/// A Postgres database with mint's tables and so many wallets.
pub async fn database(postgres: &str, name: &str, wallets: u64) -> Result<Pgbench> {
    let database = Pgbench::empty(postgres, name)?;
    fill(&database.url(), wallets).await?.close().await?;
    Ok(database)
}

/// Makes mint's tables and so many wallets in an empty database, on Postgres or SQLite.
pub async fn fill(url: &str, wallets: u64) -> Result<Database> {
    let settings = settings(url, true)?;
    let database = server::connect(Mint::NAME, &settings.shared).await?;
    server::gate::<Mint>(&database, true).await?;
    let sql = if db::backend(database.writer()) == DbBackend::Postgres { POSTGRES } else { SQLITE };
    database.writer().execute_unprepared(&sql.replace(":wallets", &wallets.to_string())).await?;
    Ok(database)
}

impl Hosted {
    /// Serves what is there, and removes it at the end.
    pub async fn start(storage: impl Into<Storage>, batching: bool, signer: &Signer) -> Result<Self> {
        let storage = storage.into();
        let settings = settings(&storage.url(), batching)?;
        let shared = settings.shared.clone();
        let app = assembled(settings, signer).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(async move {
            let served = app.serve(listener, &shared, stopped).await;
            drop(storage);
            served
        });
        let mut clients = Vec::new();
        for _ in 0..CHANNELS {
            let channel = Endpoint::from_shared(format!("http://{address}"))?.connect().await?;
            clients.push(MintServiceClient::new(channel));
        }
        Ok(Self { clients: clients.into(), stop, serving })
    }

    /// A client for each caller, over few connections.
    pub fn clients(&self) -> impl Fn(usize) -> MintServiceClient<Channel> + Clone + Send + Sync + use<> {
        let clients = Arc::clone(&self.clients);
        move |caller| clients[caller % CHANNELS].clone()
    }

    pub async fn stop(self) -> Result<()> {
        self.stop.send_replace(true);
        Ok(self.serving.await??)
    }
}

/// Mint without a port, which takes the tokens of this signer.
pub async fn assembled(settings: Settings, signer: &Signer) -> Result<App> {
    let connected = server::connect(Mint::NAME, &settings.shared).await?;
    let verifier = Arc::new(Verifier::new(None));
    signer.trusted_by(&verifier);
    Ok(server::assemble::<Mint>(settings, connected, Keys::ephemeral(), verifier).await?)
}

/// The id of a wallet and of its owner: what `hosted/*.sql` makes of the number.
pub fn numbered(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

/// What the owner of a wallet shows.
pub fn token_of(signer: &Signer, number: u64) -> Result<Token> {
    shown(&signer.token(numbered(number))?)
}

/// What an administrator shows.
pub fn token_of_admin(signer: &Signer) -> Result<Token> {
    shown(&signer.token_of(id::time_ordered(), Role::Admin)?)
}

fn shown(token: &str) -> Result<Token> {
    Ok(format!("Bearer {token}").parse()?)
}

/// Any wallet but one.
pub fn other_than(number: u64, wallets: u64) -> u64 {
    let drawn = u64::from_be_bytes(random::bytes()) % wallets + 1;
    if drawn == number { drawn % wallets + 1 } else { drawn }
}

/// A request with what its caller shows.
pub fn signed<T>(message: T, token: &Token) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", token.clone());
    request
}

/// The smallest amount there is, from one wallet to another.
pub fn transfer(from: u64, to: u64) -> TransferRequest {
    TransferRequest {
        request_id: id::time_ordered().to_string(),
        from_wallet_id: numbered(from).to_string(),
        to_wallet_id: numbered(to).to_string(),
        amount: "0.00000001".to_owned(),
        memo: String::new(),
    }
}

/// On this database.
pub fn settings(url: &str, batching: bool) -> Result<Settings> {
    let mut overrides = Table::new();
    overrides.insert("drain_notice_ms".to_owned(), Value::Integer(0));
    overrides.insert("posting_batching".to_owned(), Value::Boolean(batching));
    let mut settings =
        config::load::<<Mint as Service>::Config>(Mint::NAME, Mint::DEFAULTS, &overrides, &Variables::read())?;
    url.clone_into(&mut settings.shared.database_url);
    Ok(settings)
}

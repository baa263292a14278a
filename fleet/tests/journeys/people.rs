//! People of a running fleet: accounts, sessions, and whether the nine services still let a token in.

use std::process::Stdio;
use std::time::{Duration, Instant};

use proto::azora::audit::v1::ListAuditEntriesRequest;
use proto::azora::audit::v1::audit_service_client::AuditServiceClient;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{
    ExchangeApiKeyRequest, LoginRequest, RecordedRegistration, RefreshTokenRequest, RegisterRequest,
    ResetPasswordRequest, Tokens, User,
};
use proto::azora::common::v1::Role;
use shared::config::PORTS;
use shared::testing::{Bearer, Place, new_id};
use tokio::sync::{Mutex, MutexGuard};
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Code, Status};

use crate::operator::fleet;
use crate::seeded::Fleet;

pub const PASSWORD: &str = "three small rivers";
/// The first administrator.
pub const ADMIN: &str = "root@example.org";
/// How long a dead token may still be taken anywhere.
const AT_MOST: Duration = Duration::from_secs(5);

/// The generated client of auth, with a token.
pub type Auth = AuthServiceClient<InterceptedService<Channel, Bearer>>;

/// The nine, and who calls them.
pub struct People {
    channels: Vec<Channel>,
    seed: Bearer,
}

/// The turn of a journey that takes everything the machine has: connections to Postgres above all. Hold it to the end.
pub async fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

/// A fleet without any data that knows who its first administrator is.
pub fn started(place: &Place, variables: &[(&str, &str)]) -> Fleet {
    let mut command = fleet(place, &["up", "--migrate", "--port-base", "0"]);
    command.env("AZORA_AUTH_BOOTSTRAP_ADMIN_EMAIL", ADMIN).envs(variables.iter().copied()).stderr(Stdio::null());
    Fleet::started(&mut command)
}

impl People {
    pub async fn of(fleet: &Fleet, place: &Place) -> Self {
        let channels: Vec<Channel> = PORTS.iter().map(|(service, _)| fleet.channel(service)).collect();
        let key = std::fs::read_to_string(place.folder.path().join("keys/seed.key")).expect("the key of seed");
        let request = ExchangeApiKeyRequest { key: key.trim().to_owned() };
        let answer = AuthServiceClient::new(channels[0].clone()).exchange_api_key(request).await.expect("a token");
        Self { channels, seed: Bearer::of(&answer.into_inner().access_token) }
    }

    /// The identity of the seeder.
    pub fn seed(&self) -> Bearer {
        self.seed.clone()
    }

    /// The first administrator, who has just set a password.
    pub async fn administrator(&self, place: &Place) -> Tokens {
        let token = std::fs::read_to_string(place.folder.path().join("bootstrap-admin.token")).expect("a token");
        let request = ResetPasswordRequest {
            request_id: new_id(),
            token: token.trim().to_owned(),
            new_password: PASSWORD.to_owned(),
        };
        self.nobody().reset_password(request).await.expect("a password");
        self.log_in(ADMIN, PASSWORD).await
    }

    /// Auth without a token.
    pub fn nobody(&self) -> AuthServiceClient<Channel> {
        AuthServiceClient::new(self.channels[0].clone())
    }

    /// Auth with a token.
    pub fn auth(&self, token: &str) -> Auth {
        AuthServiceClient::with_interceptor(self.channels[0].clone(), Bearer::of(token))
    }

    /// An account whose address is proved.
    pub async fn register(&self, email: &str) -> User {
        let request = RegisterRequest {
            request_id: new_id(),
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
            name: "Alice Adams".to_owned(),
            role: Role::Student.into(),
            recorded: Some(RecordedRegistration { email_verified: true }),
        };
        let mut seed = AuthServiceClient::with_interceptor(self.channels[0].clone(), self.seed.clone());
        seed.register(request).await.expect("registered").into_inner().user.expect("a user")
    }

    pub async fn log_in(&self, email: &str, password: &str) -> Tokens {
        let request =
            LoginRequest { email: email.to_owned(), password: password.to_owned(), ..LoginRequest::default() };
        self.nobody().login(request).await.expect("they log in").into_inner().tokens.expect("tokens")
    }

    pub async fn refresh(&self, refresh_token: &str) -> Result<Tokens, Status> {
        let request = RefreshTokenRequest { refresh_token: refresh_token.to_owned(), proof: None };
        Ok(self.nobody().refresh_token(request).await?.into_inner().tokens.expect("tokens"))
    }

    /// How many of the nine let the token in.
    pub async fn let_in(&self, token: &str) -> usize {
        let mut count = 0;
        for channel in &self.channels {
            let mut audit = AuditServiceClient::with_interceptor(channel.clone(), Bearer::of(token));
            match audit.list_audit_entries(ListAuditEntriesRequest::default()).await {
                Ok(_) => count += 1,
                Err(status) => assert_eq!(status.code(), Code::Unauthenticated, "{}", status.message()),
            }
        }
        count
    }

    /// Makes sure that a token is dead in all nine in time; says how long it took.
    pub async fn dead_everywhere(&self, token: &str, since: Instant) -> Duration {
        while self.let_in(token).await > 0 {
            assert!(since.elapsed() < AT_MOST, "a dead token is still let in");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        since.elapsed()
    }
}

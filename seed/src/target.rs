//! Where the data goes: nine endpoints, and who speaks to them.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use host::Running;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{ExchangeApiKeyRequest, LoginRequest};
use shared::config::PORTS;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

/// Every call is answered within this time or is an error.
const PATIENCE: Duration = Duration::from_secs(30);

/// A fleet to load into.
pub struct Target {
    channels: HashMap<&'static str, Channel>,
    seed_key: Option<String>,
}

/// A channel that shows a token with every call.
pub type Signed = InterceptedService<Channel, Bearer>;

/// Shows a token.
#[derive(Clone)]
pub struct Bearer(MetadataValue<Ascii>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        request.set_timeout(PATIENCE);
        Ok(request)
    }
}

impl Target {
    /// The fleet in this process.
    ///
    /// # Errors
    /// An endpoint is no URL.
    pub fn of(running: &Running) -> Result<Self> {
        let endpoints = running.endpoints.iter().map(|one| (one.name, format!("http://{}", one.address)));
        Self::new(endpoints, running.seed_key.clone())
    }

    fn new(endpoints: impl Iterator<Item = (&'static str, String)>, seed_key: Option<String>) -> Result<Self> {
        let mut channels = HashMap::new();
        for (name, url) in endpoints {
            let endpoint = Endpoint::from_shared(url.clone()).with_context(|| format!("{url} is no URL"))?;
            channels.insert(name, endpoint.connect_timeout(Duration::from_secs(5)).connect_lazy());
        }
        Ok(Self { channels, seed_key })
    }

    /// A fleet elsewhere: the endpoint of auth; the other eight are at the ports that follow.
    ///
    /// # Errors
    /// The endpoint names no port.
    pub fn at(endpoint: &str, seed_key: Option<String>) -> Result<Self> {
        let (host, port) = endpoint.trim_end_matches('/').rsplit_once(':').context("the endpoint needs a port")?;
        let first: u16 = port.parse().with_context(|| format!("{port:?} is no port"))?;
        let host = if host.contains("://") { host.to_owned() } else { format!("http://{host}") };
        let endpoints =
            (0u16..).zip(PORTS).map(|(index, (name, _))| (name, format!("{host}:{}", first.saturating_add(index))));
        Self::new(endpoints, seed_key)
    }

    fn channel(&self, service: &str) -> Result<Channel> {
        self.channels.get(service).cloned().with_context(|| format!("no endpoint for {service}"))
    }

    /// A channel with a token.
    ///
    /// # Errors
    /// There is no such service.
    pub fn signed(&self, service: &str, token: &Token) -> Result<Signed> {
        Ok(InterceptedService::new(self.channel(service)?, Bearer(token.0.clone())))
    }

    /// The token of the service identity `seed`.
    ///
    /// # Errors
    /// There is no key, or auth does not take it.
    pub async fn as_service(&self) -> Result<Token> {
        let Some(key) = &self.seed_key else {
            bail!("the key of the service identity `seed` is needed; name its file with AZORA_SEED_KEY_FILE");
        };
        let request = ExchangeApiKeyRequest { key: key.clone() };
        let answer = AuthServiceClient::new(self.channel("auth")?).exchange_api_key(request).await;
        Token::new(&answer.map_err(said).context("auth does not take the key of `seed`")?.into_inner().access_token)
    }

    /// The token of a person.
    ///
    /// # Errors
    /// Auth refuses.
    pub async fn log_in(&self, email: &str, password: &str) -> Result<Token> {
        let request = LoginRequest {
            email: email.to_owned(),
            password: password.to_owned(),
            device_label: "seed".to_owned(),
            ..LoginRequest::default()
        };
        let answer = AuthServiceClient::new(self.channel("auth")?).login(request).await;
        let answer = answer.map_err(said).with_context(|| format!("{email} cannot log in"))?;
        Token::new(&answer.into_inner().tokens.context("no tokens in the answer")?.access_token)
    }
}

/// An access token.
#[derive(Clone)]
pub struct Token(MetadataValue<Ascii>);

impl Token {
    fn new(token: &str) -> Result<Self> {
        let mut value: MetadataValue<Ascii> = format!("Bearer {token}").parse()?;
        value.set_sensitive(true);
        Ok(Self(value))
    }
}

/// A refusal as a sentence.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
pub fn said(status: Status) -> anyhow::Error {
    anyhow::anyhow!("{:?}: {}", status.code(), status.message())
}

//! The way to auth that a service has: its own token, got for its key, and the stream of what has been revoked.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{
    ExchangeApiKeyRequest, IntrospectTokenRequest, WatchRevocationsRequest, WatchRevocationsResponse,
};
use tonic::metadata::MetadataValue;
use tonic::metadata::errors::InvalidMetadataValue;
use tonic::transport::Channel;
use tonic::{Request, Status};
use uuid::Uuid;

use super::Verifier;
use crate::id::UserId;
use crate::secret::Secret;

/// The stream says something every second; a silence of this length is a broken one.
const SILENCE_MAX: Duration = Duration::from_secs(4);
/// Between two attempts to open it.
const PAUSE: Duration = Duration::from_millis(500);
/// A token is renewed after half of its five minutes.
const RENEW_AFTER: Duration = Duration::from_secs(150);

/// A channel to auth and, where one is configured, the key that proves who asks.
pub struct Link {
    channel: Channel,
    key: Option<Secret>,
    token: tokio::sync::Mutex<Option<(String, Instant)>>,
}

impl Link {
    /// Nothing is sent yet.
    #[must_use]
    pub fn new(channel: Channel, key: Option<Secret>) -> Self {
        Self { channel, key, token: tokio::sync::Mutex::default() }
    }

    /// The channel alone, for what is open to all.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Whether the service can prove who it is.
    #[must_use]
    pub fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// The service's own token.
    ///
    /// # Errors
    /// Auth cannot be reached or does not know the key.
    pub async fn token(&self) -> Result<String, Status> {
        let mut held = self.token.lock().await;
        if let Some((token, since)) = held.as_ref()
            && since.elapsed() < RENEW_AFTER
        {
            return Ok(token.clone());
        }
        let key = self.key.as_ref().ok_or_else(|| Status::unauthenticated("no service_key is configured"))?;
        let request = ExchangeApiKeyRequest { key: key.expose().to_owned() };
        let answer = AuthServiceClient::new(self.channel()).exchange_api_key(request).await?.into_inner();
        *held = Some((answer.access_token.clone(), Instant::now()));
        Ok(answer.access_token)
    }

    async fn signed<T>(&self, message: T) -> Result<Request<T>, Status> {
        let mut request = Request::new(message);
        let header = MetadataValue::try_from(format!("Bearer {}", self.token().await?));
        let header = header
            .map_err(|_bad: InvalidMetadataValue| Status::unauthenticated("auth gave a token that is no header"))?;
        request.metadata_mut().insert("authorization", header);
        Ok(request)
    }

    /// Asks whether a token is good at this moment.
    ///
    /// # Errors
    /// Auth cannot be reached or does not know the key.
    pub async fn introspect(&self, token: &str) -> Result<bool, Status> {
        let request = self.signed(IntrospectTokenRequest { token: token.to_owned() }).await?;
        Ok(AuthServiceClient::new(self.channel()).introspect_token(request).await?.into_inner().active)
    }
}

/// Keeps a verifier told of what is revoked, for as long as it is there.
pub async fn follow(verifier: Arc<Verifier>) {
    let verifier = Arc::downgrade(&{ verifier });
    let mut told = false;
    while let Some(ended) = watch(&verifier).await {
        // Once per outage: the next line comes when it has worked in between.
        let worked = verifier.upgrade().is_some_and(|verifier| !verifier.revocations.are_stale());
        if worked || !told {
            tracing::warn!(code = ?ended.code(), reason = ended.message(), "auth does not tell what is revoked; trying again");
        }
        told = !worked;
        tokio::time::sleep(PAUSE).await;
    }
}

/// One stream, until it breaks. `None` once the verifier is gone.
async fn watch(verifier: &Weak<Verifier>) -> Option<Status> {
    let stream = {
        let verifier = verifier.upgrade()?;
        let link = verifier.auth()?;
        let request = match link.signed(WatchRevocationsRequest {}).await {
            Ok(request) => request,
            Err(status) => return Some(status),
        };
        AuthServiceClient::new(link.channel()).watch_revocations(request).await
    };
    let mut stream = match stream {
        Ok(stream) => stream.into_inner(),
        Err(status) => return Some(status),
    };
    let mut complete = false;
    loop {
        match tokio::time::timeout(SILENCE_MAX, stream.message()).await {
            Err(_elapsed) => return Some(Status::deadline_exceeded("nothing was heard for some seconds")),
            Ok(Err(status)) => return Some(status),
            Ok(Ok(None)) => return Some(Status::unavailable("the stream has ended")),
            Ok(Ok(Some(news))) => {
                complete |= news.complete;
                let verifier = verifier.upgrade()?;
                take(&verifier, &news, complete);
                if let Err(error) = verifier.renew_keys().await {
                    tracing::warn!(%error, "the keys of auth stay as they were");
                }
            }
        }
    }
}

fn take(verifier: &Verifier, news: &WatchRevocationsResponse, complete: bool) {
    for raised in &news.epochs {
        if let Ok(user) = Uuid::try_parse(&raised.user_id) {
            verifier.revocations.raise(UserId(user), raised.epoch);
        }
    }
    for session in &news.session_ids {
        if let Ok(session) = Uuid::try_parse(session) {
            verifier.revocations.end(session);
        }
    }
    if complete {
        verifier.revocations.are_current();
    }
}

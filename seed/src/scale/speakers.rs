//! Who speaks to the fleet during a long run: the service identity and the people who can sign in, with tokens that are
//! renewed before they end.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::sync::Mutex;

use crate::target::{Signed, Target, Token};

/// Tokens live for five minutes at the least.
const RENEW_AFTER: Duration = Duration::from_secs(200);

/// Tokens by address; the empty address is the service identity.
pub struct Speakers<'a> {
    target: &'a Target,
    password: &'a str,
    tokens: Mutex<HashMap<String, (Token, Instant)>>,
}

impl<'a> Speakers<'a> {
    pub fn new(target: &'a Target, password: &'a str) -> Self {
        Self { target, password, tokens: Mutex::default() }
    }

    /// A channel to `service` for the service identity.
    pub async fn as_seed(&self, service: &str) -> Result<Signed> {
        self.signed(service, "").await
    }

    /// A channel to `service` for somebody who can sign in.
    pub async fn as_person(&self, service: &str, email: &str) -> Result<Signed> {
        self.signed(service, email).await
    }

    async fn signed(&self, service: &str, email: &str) -> Result<Signed> {
        // Kept over the login, so that 64 callers do not sign in at once.
        let mut tokens = self.tokens.lock().await;
        if let Some((token, since)) = tokens.get(email)
            && since.elapsed() < RENEW_AFTER
        {
            return self.target.signed(service, token);
        }
        let token = match email {
            "" => self.target.as_service().await?,
            email => self.target.log_in(email, self.password).await?,
        };
        let signed = self.target.signed(service, &token);
        tokens.insert(email.to_owned(), (token, Instant::now()));
        signed
    }
}

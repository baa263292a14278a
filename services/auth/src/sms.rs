//! Codes by text message, through the HTTP interface of a provider.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Request, StatusCode, Uri};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::json;
use shared::background::Background;
use shared::config::{ConfigError, Environment};
use shared::error::{Error, Result, chain};
use shared::id::UserId;

use crate::config::Config;
use crate::mail::way::{Carrier, Failure, Load, Way, is_loopback};

/// The way out.
pub struct Sms(Way<Provider>);

impl Sms {
    /// Opens the way that the settings name.
    ///
    /// # Errors
    /// A setting that cannot be used, in a sentence.
    pub fn start(config: &Config, environment: Environment, data_dir: &Path, background: &Background) -> Result<Self> {
        let provider = Provider::open(config, environment).map_err(|error| Error::internal(error.to_string()))?;
        Ok(Self(Way::open(provider, environment, data_dir, background)))
    }

    /// Sends a code to a number in E.164 form. As with mail, a failure is logged, not returned.
    pub async fn send(&self, user: UserId, number: String, code: &str) {
        let text = format!("Azora code: {code}. Nobody from Azora will ever ask you for it.");
        self.0.send(user, "sms", Text { to: number, text }).await;
    }
}

/// A text message.
pub struct Text {
    to: String,
    text: String,
}

impl Load for Text {
    const EXTENSION: &'static str = "txt";

    fn as_file(&self) -> String {
        format!("to: {}\ntext: {}\n", self.to, self.text)
    }
}

/// Who passes text messages on.
pub struct Provider {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    url: Uri,
    from: String,
    authorization: Option<HeaderValue>,
}

impl Provider {
    /// Reads the settings; `None` if they name no provider.
    ///
    /// # Errors
    /// The URL or the token cannot be used, or codes would cross the network in the clear.
    pub fn open(config: &Config, environment: Environment) -> Result<Option<Self>, ConfigError> {
        if config.sms_url.is_empty() {
            return Ok(None);
        }
        let refused = |what: &str| ConfigError(format!("sms_url {what}"));
        let url = config.sms_url.parse::<Uri>().map_err(|error| refused(&format!("is no URL: {error}")))?;
        let stays_here = environment != Environment::Production && url.host().is_some_and(is_loopback);
        match url.scheme_str() {
            Some("https") => {}
            Some("http") if stays_here => {}
            _ => return Err(refused("must begin with https://")),
        }
        let authorization = match config.sms_token.expose() {
            "" => None,
            token => {
                let mut value = HeaderValue::from_str(&format!("Bearer {token}"))
                    .map_err(|_| ConfigError("sms_token has characters that no header can hold".to_owned()))?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|error| refused(&format!("cannot be reached: {error}")))?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Some(Self { client, url, from: config.sms_from.clone(), authorization }))
    }
}

impl Carrier for Provider {
    type Load = Text;
    const DEADLINE: Duration = Duration::from_secs(10);
    const PAUSES: &'static [Duration] = &[Duration::from_secs(1), Duration::from_secs(5)];

    async fn carry(&self, text: &Text) -> Result<(), Failure> {
        let body = json!({ "from": self.from, "to": text.to, "text": text.text }).to_string();
        let mut request = Request::post(self.url.clone()).header(CONTENT_TYPE, "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        let request = request.body(Full::from(body)).map_err(|error| Failure::last(error.to_string()))?;
        let answer = self.client.request(request).await.map_err(|error| Failure::passing(chain(&error)))?;
        judged(answer.status())
    }
}

/// Whether the provider took it; if not, whether it may take it later.
fn judged(status: StatusCode) -> Result<(), Failure> {
    if status.is_success() {
        return Ok(());
    }
    let reason = format!("the provider answered {}", status.as_u16());
    let passes = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
    Err(if passes { Failure::passing(reason) } else { Failure::last(reason) })
}

#[cfg(test)]
mod tests {
    use toml::Table;

    use super::*;

    fn opened(url: &str, token: &str, environment: Environment) -> Result<Option<Provider>, ConfigError> {
        let mut settings: Table = include_str!("../default.toml").parse().expect("TOML");
        settings.insert("sms_url".to_owned(), url.into());
        settings.insert("sms_token".to_owned(), token.into());
        Provider::open(&settings.try_into().expect("every setting"), environment)
    }

    #[test]
    fn codes_leave_the_machine_encrypted_or_not_at_all() {
        let inside = "http://127.0.0.1:8080/messages";
        assert!(opened("", "", Environment::Production).expect("none").is_none());
        assert!(opened("https://sms.example.org/messages", "", Environment::Production).expect("good").is_some());
        assert!(opened(inside, "", Environment::Test).expect("good").is_some());
        for (url, environment) in [
            (inside, Environment::Production),
            ("http://sms.example.org/messages", Environment::Development),
            ("sms.example.org", Environment::Development),
        ] {
            let refused = opened(url, "", environment).err().expect("refused").to_string();
            assert_eq!(refused, "sms_url must begin with https://", "{url}");
        }
    }

    #[test]
    fn a_token_that_no_header_can_hold_is_refused_without_being_shown() {
        let refused = opened("https://sms.example.org", "hush\n", Environment::Production).err().expect("refused");
        assert_eq!(refused.to_string(), "sms_token has characters that no header can hold");
    }

    #[test]
    fn a_busy_provider_is_asked_again_and_an_unwilling_one_is_not() {
        let passes = |status: u16| {
            let answer = StatusCode::from_u16(status).expect("a status");
            judged(answer).err().map(|failure| failure.passes())
        };
        assert_eq!([200, 202, 204].map(passes), [None; 3]);
        assert_eq!([408, 425, 429, 500, 503].map(passes), [Some(true); 5]);
        assert_eq!([301, 400, 401, 403, 404, 422].map(passes), [Some(false); 6]);
    }
}

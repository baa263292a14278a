//! The way over SMTP, encrypted wherever it leaves the machine.

use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message as Letter, Tokio1Executor};
use shared::config::ConfigError;
use url::Url;

use crate::config::Config;
use crate::mail::way::{Carrier, Failure, Load, is_loopback};

/// A connection to the server of `smtp_url` for each letter.
pub struct Post(AsyncSmtpTransport<Tokio1Executor>);

impl Post {
    /// Reads the settings; `None` if they name no server.
    ///
    /// # Errors
    /// The URL or the file of certificates cannot be used, or letters would cross the network in the clear.
    pub fn open(config: &Config) -> Result<Option<Self>, ConfigError> {
        if config.smtp_url.is_empty() {
            return Ok(None);
        }
        // The URL itself is not shown: it may hold a password.
        let refused = |what: &str| ConfigError(format!("smtp_url {what}"));
        let url = Url::parse(config.smtp_url.expose()).map_err(|error| refused(&format!("is no URL: {error}")))?;
        let host = url.host_str().ok_or_else(|| refused("names no host"))?;
        let mode = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, mode)| mode.into_owned());
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(config.smtp_url.expose()).map_err(|_| {
            refused("must be like smtps://user:password@host:465 or smtp://user:password@host:587?tls=required")
        })?;
        let builder = match (url.scheme(), mode.as_deref()) {
            ("smtps", _) => builder.tls(Tls::Wrapper(trust(host, &config.smtp_ca_file)?)),
            ("smtp", Some("required")) => builder.tls(Tls::Required(trust(host, &config.smtp_ca_file)?)),
            _ if is_loopback(host) => builder,
            _ => return Err(refused("would send mail in the clear; use smtps:// or add ?tls=required")),
        };
        Ok(Some(Self(builder.build())))
    }
}

/// The public certificate authorities, and those of `ca_file` if there is one.
fn trust(host: &str, ca_file: &str) -> Result<TlsParameters, ConfigError> {
    let unusable = |error: String| ConfigError(format!("smtp_ca_file {ca_file} cannot be used: {error}"));
    let mut trusted = TlsParameters::builder(host.to_owned());
    if !ca_file.is_empty() {
        let pem = std::fs::read(ca_file).map_err(|error| unusable(error.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| unusable(error.to_string()))?;
        trusted = trusted.add_root_certificate(certificate);
    }
    trusted.build().map_err(|error| unusable(error.to_string()))
}

impl Load for Letter {
    const EXTENSION: &'static str = "eml";

    fn as_file(&self) -> String {
        String::from_utf8_lossy(&self.formatted()).into_owned()
    }
}

impl Carrier for Post {
    type Load = Letter;
    const DEADLINE: Duration = Duration::from_mins(1);
    const PAUSES: &'static [Duration] =
        &[Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(25), Duration::from_secs(125)];

    async fn carry(&self, letter: &Letter) -> Result<(), Failure> {
        let sent = self.0.send_raw(letter.envelope(), &letter.formatted()).await;
        sent.map(drop).map_err(|error| judged(&error))
    }
}

/// Whether to try again, and what may be said of it: what a server answers may repeat the address, so its code has to do.
fn judged(error: &SmtpError) -> Failure {
    let reason = error.status().map_or_else(|| error.to_string(), |code| format!("the server answered {code}"));
    if error.is_permanent() || error.is_client() { Failure::last(reason) } else { Failure::passing(reason) }
}

#[cfg(test)]
mod tests {
    use toml::Table;

    use super::*;

    fn opened(url: &str, ca_file: &str) -> Result<Option<Post>, ConfigError> {
        let mut settings: Table = include_str!("../../default.toml").parse().expect("TOML");
        settings.insert("smtp_url".to_owned(), url.into());
        settings.insert("smtp_ca_file".to_owned(), ca_file.into());
        Post::open(&settings.try_into().expect("every setting"))
    }

    fn refusal(url: &str, ca_file: &str) -> String {
        opened(url, ca_file).err().expect("refused").to_string()
    }

    #[test]
    fn letters_leave_the_machine_encrypted_or_not_at_all() {
        for url in ["smtps://mail.example.org", "smtp://mail.example.org?tls=required", "smtp://127.0.0.1:2525"] {
            assert!(opened(url, "").expect(url).is_some(), "{url}");
        }
        for url in ["smtp://mail.example.org", "smtp://192.0.2.1:25", "smtp://mail.example.org?tls=opportunistic"] {
            assert!(refusal(url, "").contains("in the clear"), "{url}");
        }
        assert!(opened("", "").expect("no server").is_none());
    }

    #[test]
    fn what_is_wrong_with_the_url_is_said_without_its_password() {
        for url in ["smtp://u:hush@mail.example.org", "http://u:hush@mail.example.org", "smtps://u:hush@[::1"] {
            let refused = refusal(url, "");
            assert!(refused.starts_with("smtp_url ") && !refused.contains("hush"), "{refused}");
        }
    }

    #[test]
    fn a_missing_file_of_certificates_is_noticed_at_start() {
        let refused = refusal("smtps://mail.example.org", "/nowhere/ca.pem");
        assert!(refused.starts_with("smtp_ca_file /nowhere/ca.pem cannot be used"), "{refused}");
    }
}

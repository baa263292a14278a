//! Secrets stay where they belong: each is shown to the RPC that it is for, accepted and refused; afterwards none is
//! found in the log at its finest, in any column of the nine databases, or in what callers were told.
//!
//! Not searched: the messages in `outbox`, which are there to be read.

use std::fs::File;

use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{
    LoginRequest, MfaMethod, RefreshTokenRequest, RegisterRequest, Tokens, VerifyEmailRequest,
};
use proto::azora::common::v1::Role;
use shared::config::PORTS;
use shared::random;
use shared::testing::{Place, new_id, outbox};
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status};

use crate::operator::fleet;
use crate::seeded::Fleet;

mod accounts;
mod factors;
mod search;

use search::{Canary, Search, values};

/// Columns that may hold what somebody calls themselves, a device or a key; a stored answer is one of them.
const NAMES: &[&str] = &["auth.users.name", "auth.request_claims.response"];
const LABELS: &[&str] = &["auth.sessions.device_label", "auth.known_devices.label", "auth.mfa_challenges.device_label"];
const KEY_NAMES: &[&str] = &["auth.api_keys.name", "auth.request_claims.response"];

/// Somebody with an account.
struct Person {
    id: String,
    email: String,
    password: String,
    tokens: Tokens,
}

struct Journey<'a> {
    place: &'a Place,
    auth: AuthServiceClient<Channel>,
    planted: Vec<Canary>,
    /// What callers were told with each refusal.
    told: Vec<u8>,
}

fn signed<T>(message: T, token: &str) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
    request
}

impl Journey<'_> {
    fn plant(&mut self, what: &str, text: impl Into<String>, home: &'static [&'static str]) -> String {
        let text = text.into();
        // Tokens are hex: their bytes would betray them too.
        let digits = text.rsplit('_').next().unwrap_or_default();
        let bytes = (digits.len() >= 32).then(|| from_hex(digits)).flatten();
        self.planted.push(Canary { what: what.to_owned(), text: text.clone(), bytes, home });
        text
    }

    fn secret(&mut self, what: &str, text: impl Into<String>) -> String {
        self.plant(what, text, &[])
    }

    /// With characters that are written in another way in JSON, URLs and debug output.
    fn password(&mut self, what: &str) -> String {
        self.secret(what, format!("of \"{}\" \\ rivers & é", random::hex::<8>()))
    }

    fn keep(&mut self, tokens: Tokens) -> Tokens {
        self.secret("an access token", &tokens.access_token);
        self.secret("a refresh token", &tokens.refresh_token);
        if !tokens.device_token.is_empty() {
            self.secret("a device token", &tokens.device_token);
        }
        tokens
    }

    fn refused<T: std::fmt::Debug>(&mut self, answer: Result<Response<T>, Status>, code: Code) {
        let status = answer.expect_err("refused");
        assert_eq!(status.code(), code, "{}", status.message());
        self.told.extend(status.message().as_bytes());
        self.told.extend(status.details());
        self.told.extend(format!("{:?}", status.metadata()).as_bytes());
    }

    /// What stands behind `mark` in the message of a kind that went to somebody.
    fn sent(&mut self, kind: &str, user: &str, mark: &str, length: usize) -> String {
        let messages = outbox::messages(self.place.folder.path(), &format!("{kind}-{user}-"));
        let text = messages.first().expect("one of this kind");
        let (_, rest) = text.split_once(mark).expect("what it was sent for");
        self.secret(&format!("what a message of kind {kind} carries"), &rest[..length])
    }

    fn registration(&mut self, email: &str, what: &str, home: &'static [&'static str]) -> RegisterRequest {
        RegisterRequest {
            request_id: new_id(),
            email: email.to_owned(),
            password: self.password(&format!("the password of {what}")),
            name: self.plant(&format!("the name of {what}"), format!("\"{}\" é", random::hex::<8>()), home),
            role: Role::Student.into(),
            recorded: None,
        }
    }

    async fn log_in(&mut self, email: &str, password: &str) -> Tokens {
        let device_label = self.plant("a device's label", format!("\"{}\" é", random::hex::<8>()), LABELS);
        let request = LoginRequest {
            email: email.to_owned(),
            password: password.to_owned(),
            device_label,
            ..LoginRequest::default()
        };
        let answer = self.auth.login(request).await.expect("the right password").into_inner();
        self.keep(answer.tokens.expect("no second factor"))
    }

    async fn opened(&mut self, name: &str) -> Person {
        let email = format!("{name}@example.org");
        let request = self.registration(&email, "an account", NAMES);
        let password = request.password.clone();
        let user = self.auth.register(request).await.expect("open to all").into_inner().user.expect("an account");
        let token = self.sent("verify", &user.id, "token: ", 64);
        let request = VerifyEmailRequest { request_id: new_id(), token };
        self.auth.verify_email(request).await.expect("it was sent for this");
        let tokens = self.log_in(&email, &password).await;
        Person { id: user.id, email, password, tokens }
    }

    /// New tokens, as are needed after every change that ends the earlier ones.
    async fn renew(&mut self, person: &mut Person) {
        let request = RefreshTokenRequest { refresh_token: person.tokens.refresh_token.clone(), proof: None };
        let answer = self.auth.refresh_token(request).await.expect("the newest").into_inner();
        person.tokens = self.keep(answer.tokens.expect("tokens"));
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| pair.and_then(|pair| u8::from_str_radix(pair, 16).ok())).collect()
}

#[tokio::test]
async fn no_secret_is_found_where_it_does_not_belong() {
    let place = Place::new().await;
    let log = place.folder.path().join("log");
    let mut command = fleet(&place, &["up", "--migrate", "--port-base", "0"]);
    command.env("AZORA_LOG", "trace").stderr(File::create(&log).expect("a file"));
    let running = Fleet::started(&mut command);
    let auth = AuthServiceClient::new(running.channel("auth"));
    let mut journey = Journey { place: &place, auth, planted: Vec::new(), told: Vec::new() };
    journey.accounts_and_sessions().await;
    journey.forgotten_password().await;
    journey.api_keys().await;
    journey.authenticator_app().await;
    journey.codes_that_are_sent("frank", MfaMethod::Sms).await;
    journey.codes_that_are_sent("grace", MfaMethod::Email).await;
    journey.closed_account().await;
    journey.forged_tokens(&running).await;
    drop(running);

    let Journey { planted, told, .. } = journey;
    assert!(planted.len() >= 50, "{} were planted", planted.len());
    let search = Search::of(&planted);
    let mut found: Vec<String> = Vec::new();
    let mut look = |text: &[u8], place: &str| {
        found.extend(search.found(text, place).iter().map(|what| format!("{what} in {place}")));
    };
    look(&told, "what callers were told");
    let lines = std::fs::read(&log).expect("a log");
    let says = |word: &str| lines.windows(word.len()).any(|window| window == word.as_bytes());
    assert!(says("TRACE") && says("azora.auth.v1.AuthService/Login"), "the log says everything");
    look(&lines, "the log");
    for (service, _) in PORTS {
        for (column, values) in values(place.url(service)).await {
            let place = format!("{service}.{column}");
            for value in &values {
                look(value, &place);
            }
            if place == "auth.users.email" {
                assert!(values.iter().any(|value| value == b"bob@example.org"), "columns are read as they are");
            }
        }
    }
    found.dedup();
    assert!(found.is_empty(), "{found:#?}");
}

//! Secrets stay where they belong: each is shown to the RPC that it is for, accepted and refused, and afterwards none is
//! found in the log at its finest, in any column of the nine databases, or in what callers were told.
//!
//! Not searched: the messages in `outbox`, which are there to be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{
    ChangeEmailRequest, ChangePasswordRequest, CompleteMfaRequest, ConfirmEmailChangeRequest, ConfirmMfaMethodRequest,
    ConfirmTotpRequest, CreateApiKeyRequest, DeleteUserRequest, DisableMfaRequest, EnrollMfaMethodRequest,
    EnrollTotpRequest, ExchangeApiKeyRequest, GetMeRequest, IntrospectTokenRequest, LoginRequest, MfaMethod,
    RefreshTokenRequest, RegenerateRecoveryCodesRequest, RegisterRequest, RequestPasswordResetRequest,
    ResetPasswordRequest, RevokeApiKeyRequest, Tokens, VerifyEmailRequest,
};
use proto::azora::common::v1::Role;
use proto::azora::ops::v1::GetServiceInfoRequest;
use proto::azora::ops::v1::ops_service_client::OpsServiceClient;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use shared::config::PORTS;
use shared::db::{self, Database, Settings};
use shared::random;
use shared::testing::{Place, new_id};
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status};
use totp_rs::{Secret, TOTP};

use crate::operator::fleet;
use crate::seeded::Fleet;

/// Columns of auth that may hold what somebody calls themselves; the answer to a request is one of them.
const NAMES: &[&str] = &["users.name", "request_claims.response"];
const LABELS: &[&str] = &["sessions.device_label", "known_devices.label", "mfa_challenges.device_label"];
const KEY_NAMES: &[&str] = &["api_keys.name", "request_claims.response"];
/// Shorter ones stand in long numbers by chance: they count only where nothing else touches them.
const LONG: usize = 10;

/// Something that must not be found.
struct Canary {
    what: String,
    text: String,
    /// What it says, as bytes, where the text is a writing of them.
    bytes: Option<Vec<u8>>,
    /// The columns that are meant to hold it.
    home: &'static [&'static str],
}

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

/// Six digits that are not the right ones.
fn another(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
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
        let beginning = format!("{kind}-{user}-");
        let folder = std::fs::read_dir(self.place.folder.path().join("outbox")).expect("messages were sent");
        let mut files = folder.map(|file| file.expect("readable").path());
        let file =
            files.find(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&beginning)));
        let text = std::fs::read_to_string(file.expect("one of this kind")).expect("text");
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

    async fn accounts_and_sessions(&mut self) {
        let mut alice = self.opened("alice").await;
        let admin =
            RegisterRequest { role: Role::Admin.into(), ..self.registration("eve@example.org", "an intruder", &[]) };
        let answer = self.auth.register(admin).await;
        self.refused(answer, Code::PermissionDenied);
        let malformed = self.registration("no address", "a malformed request", &[]);
        let answer = self.auth.register(malformed).await;
        self.refused(answer, Code::InvalidArgument);
        let password = self.secret("a password that is too long", random::hex::<150>());
        let long = RegisterRequest { password, ..self.registration("eve@example.org", "a long request", &[]) };
        let answer = self.auth.register(long).await;
        self.refused(answer, Code::InvalidArgument);
        let taken = self.registration(&alice.email, "whoever took a taken address", NAMES);
        self.auth.register(taken).await.expect("the same answer");
        let token = self.secret("a verification token that was never sent", random::hex::<32>());
        let answer = self.auth.verify_email(VerifyEmailRequest { request_id: new_id(), token }).await;
        self.refused(answer, Code::FailedPrecondition);

        for (email, code) in [
            ("alice@example.org", Code::Unauthenticated),
            ("nobody@example.org", Code::Unauthenticated),
            ("no address", Code::InvalidArgument),
        ] {
            let request = LoginRequest {
                email: email.to_owned(),
                password: self.password("a wrong password"),
                device_token: self.secret("a wrong device token", format!("azd_{}", random::hex::<32>())),
                device_label: self.secret("the label of a device that did not get in", random::hex::<16>()),
                device_key: Vec::new(),
            };
            let answer = self.auth.login(request).await;
            self.refused(answer, code);
        }

        self.renew(&mut alice).await;
        for (bytes, code) in [(60, Code::Unauthenticated), (300, Code::InvalidArgument)] {
            let text = format!("v1.{}", random::hex::<150>());
            let refresh_token = self.secret("a refresh token of nobody", &text[..bytes]);
            let answer = self.auth.refresh_token(RefreshTokenRequest { refresh_token, proof: None }).await;
            self.refused(answer, code);
        }

        let current_password = self.password("a wrong current password");
        let new_password = self.password("a new password that was not set");
        let change = ChangePasswordRequest { request_id: new_id(), current_password, new_password };
        let answer = self.auth.change_password(signed(change, &alice.tokens.access_token)).await;
        self.refused(answer, Code::PermissionDenied);
        let new_password = self.password("a new password");
        let change = ChangePasswordRequest {
            request_id: new_id(),
            current_password: alice.password.clone(),
            new_password: new_password.clone(),
        };
        self.auth.change_password(signed(change, &alice.tokens.access_token)).await.expect("they know it");
        alice.password = new_password;
        self.renew(&mut alice).await;
        self.another_address(&alice).await;
        self.headers(&alice).await;
    }

    async fn another_address(&mut self, alice: &Person) {
        let change = ChangeEmailRequest {
            request_id: new_id(),
            new_email: "alice@example.net".to_owned(),
            password: self.password("a wrong password for another address"),
            code: self.secret("a code that nobody asked for", random::hex::<8>()),
            challenge_id: String::new(),
        };
        let answer = self.auth.change_email(signed(change.clone(), &alice.tokens.access_token)).await;
        self.refused(answer, Code::PermissionDenied);
        let right = ChangeEmailRequest {
            request_id: new_id(),
            password: alice.password.clone(),
            code: String::new(),
            ..change
        };
        self.auth.change_email(signed(right, &alice.tokens.access_token)).await.expect("they know it");
        let sent = self.sent("email-change", &alice.id, "token: ", 64);
        let wrong = self.secret("a token for another address that was never sent", random::hex::<32>());
        let confirm = |token| ConfirmEmailChangeRequest { request_id: new_id(), token };
        let answer = self.auth.confirm_email_change(signed(confirm(wrong), &alice.tokens.access_token)).await;
        self.refused(answer, Code::FailedPrecondition);
        self.auth.confirm_email_change(signed(confirm(sent), &alice.tokens.access_token)).await.expect("it was sent");
    }

    /// What else comes with a call.
    async fn headers(&mut self, alice: &Person) {
        let altered = self.secret("an altered access token", format!("{}x", alice.tokens.access_token));
        let answer = self.auth.get_me(signed(GetMeRequest {}, &altered)).await;
        self.refused(answer, Code::Unauthenticated);
        let mut request = Request::new(GetMeRequest {});
        let basic = self.secret("another scheme's credentials", random::hex::<24>());
        request.metadata_mut().insert("authorization", format!("Basic {basic}").parse().expect("a header"));
        let answer = self.auth.get_me(request).await;
        self.refused(answer, Code::Unauthenticated);
        let mut request = signed(GetMeRequest {}, &alice.tokens.access_token);
        for name in ["cookie", "x-api-key", "x-auth-token"] {
            let value = self.secret(name, random::hex::<24>());
            request.metadata_mut().insert(name, value.parse().expect("a header"));
        }
        self.auth.get_me(request).await.expect("what nobody reads does not matter");
    }

    async fn forgotten_password(&mut self) {
        let bob = self.opened("bob").await;
        let ask = RequestPasswordResetRequest { request_id: new_id(), email: bob.email.clone() };
        self.auth.request_password_reset(ask).await.expect("open to all");
        let sent = self.sent("reset", &bob.id, "token: ", 64);
        let wrong = self.secret("a reset token that was never sent", random::hex::<32>());
        for (token, right) in [(wrong, false), (sent, true)] {
            let new_password = self.password("a password after a reset");
            let reset = ResetPasswordRequest { request_id: new_id(), token, new_password: new_password.clone() };
            let answer = self.auth.reset_password(reset).await;
            if right {
                answer.expect("it was sent for this");
                self.log_in(&bob.email, &new_password).await;
            } else {
                self.refused(answer, Code::FailedPrecondition);
            }
        }
        let ended = RefreshTokenRequest { refresh_token: bob.tokens.refresh_token, proof: None };
        let answer = self.auth.refresh_token(ended).await;
        self.refused(answer, Code::Unauthenticated);
    }

    async fn api_keys(&mut self) {
        let carol = self.opened("carol").await;
        let create = CreateApiKeyRequest {
            name: self.plant("what a key is called", format!("\"{}\" é", random::hex::<8>()), KEY_NAMES),
            scopes: vec!["mint:read".to_owned()],
            expires_at: None,
        };
        let refused = CreateApiKeyRequest {
            name: self.secret("what a refused key was called", random::hex::<16>()),
            scopes: vec!["auth:write".to_owned()],
            expires_at: None,
        };
        let answer = self.auth.create_api_key(signed(refused, &carol.tokens.access_token)).await;
        self.refused(answer, Code::InvalidArgument);
        let made = self.auth.create_api_key(signed(create, &carol.tokens.access_token)).await;
        let made = made.expect("their own").into_inner();
        let key = self.secret("an API key", &made.key);
        let exchanged = self.auth.exchange_api_key(ExchangeApiKeyRequest { key: key.clone() }).await;
        self.secret("an API key's token", exchanged.expect("it works").into_inner().access_token);
        let api_key_id = made.api_key.expect("what is known of it").id;
        let revoke = RevokeApiKeyRequest { request_id: new_id(), api_key_id };
        self.auth.revoke_api_key(signed(revoke, &carol.tokens.access_token)).await.expect("their own");
        let unknown = self.secret("an API key of nobody", format!("azk_0badc0de_{}", random::hex::<32>()));
        for key in [key, unknown] {
            let answer = self.auth.exchange_api_key(ExchangeApiKeyRequest { key }).await;
            self.refused(answer, Code::Unauthenticated);
        }

        let file = self.place.folder.path().join("keys/seed.key");
        let key = self.secret("a service's key", std::fs::read_to_string(file).expect("made at start").trim());
        let service = self.auth.exchange_api_key(ExchangeApiKeyRequest { key }).await.expect("known").into_inner();
        let service = self.secret("a service's token", service.access_token);
        let nonsense = self.secret("no token at all", random::hex::<40>());
        for token in [carol.tokens.access_token, nonsense] {
            let ask = IntrospectTokenRequest { token };
            self.auth.introspect_token(signed(ask, &service)).await.expect("for services");
        }
    }

    async fn authenticator_app(&mut self) {
        let mut dave = self.opened("dave").await;
        let password = self.password("a wrong password for an app");
        let answer = self.auth.enroll_totp(signed(EnrollTotpRequest { password }, &dave.tokens.access_token)).await;
        self.refused(answer, Code::PermissionDenied);
        let enroll = EnrollTotpRequest { password: dave.password.clone() };
        let made = self.auth.enroll_totp(signed(enroll, &dave.tokens.access_token)).await.expect("theirs").into_inner();
        let secret = self.secret("an app's secret", &made.secret);
        self.planted.last_mut().expect("just planted").bytes = Secret::Encoded(secret).to_bytes().ok();
        self.secret("an app's address", &made.otpauth_uri);
        let app = TOTP::from_url(&made.otpauth_uri).expect("an address that apps read");
        let code = app.generate_current().expect("a clock");
        let wrong = self.secret("a wrong code for an app", another(&code));
        let answer =
            self.auth.confirm_totp(signed(ConfirmTotpRequest { code: wrong }, &dave.tokens.access_token)).await;
        self.refused(answer, Code::PermissionDenied);
        let code = self.secret("an app's code", app.generate_current().expect("a clock"));
        let confirm = signed(ConfirmTotpRequest { code: code.clone() }, &dave.tokens.access_token);
        let codes = self.auth.confirm_totp(confirm).await.expect("the right code").into_inner().recovery_codes;
        self.recovery_codes(&codes);

        let request =
            LoginRequest { email: dave.email.clone(), password: dave.password.clone(), ..LoginRequest::default() };
        let answer = self.auth.login(request).await.expect("the right password").into_inner();
        let challenge_id = answer.mfa_challenge.expect("a second factor is on").id;
        let unknown = self.secret("a recovery code of nobody", "QX7Z-K3MW-PLV2-RTY4");
        let wrong = self.secret("a wrong code at a login", another(&another(&code)));
        for (method, code) in [
            (MfaMethod::Recovery, unknown),
            (MfaMethod::Totp, wrong),
            (MfaMethod::Totp, code),
            (MfaMethod::Recovery, codes[0].clone()),
        ] {
            let is_last = code == codes[0];
            let request = CompleteMfaRequest {
                challenge_id: challenge_id.clone(),
                method: method.into(),
                code,
                ..CompleteMfaRequest::default()
            };
            let answer = self.auth.complete_mfa(request).await;
            if is_last {
                dave.tokens = self.keep(answer.expect("a code of the set").into_inner().tokens.expect("tokens"));
            } else {
                self.refused(answer, Code::Unauthenticated);
            }
        }
        self.recovered(&dave, &codes).await;
    }

    async fn recovered(&mut self, dave: &Person, codes: &[String]) {
        let renew = |password: &str, code: &str| {
            let (password, code) = (password.to_owned(), code.to_owned());
            RegenerateRecoveryCodesRequest { password, code, challenge_id: String::new() }
        };
        let wrong = self.password("a wrong password for recovery codes");
        let request = signed(renew(&wrong, &codes[1]), &dave.tokens.access_token);
        let answer = self.auth.regenerate_recovery_codes(request).await;
        self.refused(answer, Code::PermissionDenied);
        let request = signed(renew(&dave.password, &codes[1]), &dave.tokens.access_token);
        let answer = self.auth.regenerate_recovery_codes(request).await.expect("both are right").into_inner();
        let codes = answer.recovery_codes;
        self.recovery_codes(&codes);
        let wrong = self.password("a wrong password against an app");
        for (password, right) in [(wrong, false), (dave.password.clone(), true)] {
            let disable = DisableMfaRequest {
                request_id: new_id(),
                method: MfaMethod::Totp.into(),
                password,
                code: codes[2].clone(),
                challenge_id: String::new(),
            };
            let answer = self.auth.disable_mfa(signed(disable, &dave.tokens.access_token)).await;
            if right {
                answer.expect("both are right");
            } else {
                self.refused(answer, Code::PermissionDenied);
            }
        }
    }

    fn recovery_codes(&mut self, codes: &[String]) {
        for code in codes {
            self.secret("a recovery code", code);
            self.secret("a recovery code in one word", code.replace('-', ""));
        }
    }

    /// By text message, or by e-mail.
    async fn codes_that_are_sent(&mut self, name: &str, method: MfaMethod) {
        let person = self.opened(name).await;
        let digits: String = random::bytes::<12>().iter().map(|byte| char::from(b'0' + byte % 10)).collect();
        let phone =
            if method == MfaMethod::Sms { self.secret("a number", format!("+27{digits}")) } else { String::new() };
        let password = self.password("a wrong password for a method");
        let wrong = EnrollMfaMethodRequest { request_id: new_id(), method: method.into(), phone, password };
        let right = EnrollMfaMethodRequest { request_id: new_id(), password: person.password.clone(), ..wrong.clone() };
        let answer = self.auth.enroll_mfa_method(signed(wrong, &person.tokens.access_token)).await;
        self.refused(answer, Code::PermissionDenied);
        let answer = self.auth.enroll_mfa_method(signed(right, &person.tokens.access_token)).await.expect("theirs");
        let challenge_id = answer.into_inner().challenge.expect("to be answered").id;
        let (kind, mark) = if method == MfaMethod::Sms { ("sms", "Azora code: ") } else { ("code", "code: ") };
        let sent = self.sent(kind, &person.id, mark, 6);
        let wrong = self.secret("a wrong code for a method", another(&sent));
        for (code, right) in [(wrong, false), (sent, true)] {
            let confirm = ConfirmMfaMethodRequest { request_id: new_id(), challenge_id: challenge_id.clone(), code };
            let answer = self.auth.confirm_mfa_method(signed(confirm, &person.tokens.access_token)).await;
            if right {
                answer.expect("it was sent for this");
            } else {
                self.refused(answer, Code::PermissionDenied);
            }
        }
    }

    async fn closed_account(&mut self) {
        let erin = self.opened("erin").await;
        let wrong = self.password("a wrong password for the end");
        for (password, right) in [(wrong, false), (erin.password.clone(), true)] {
            let delete = DeleteUserRequest { request_id: new_id(), password, ..DeleteUserRequest::default() };
            let answer = self.auth.delete_user(signed(delete, &erin.tokens.access_token)).await;
            if right {
                answer.expect("they know it");
            } else {
                self.refused(answer, Code::PermissionDenied);
            }
        }
    }

    /// A token that is none, for each of the nine.
    async fn forged_tokens(&mut self, running: &Fleet) {
        for (service, _) in PORTS {
            let token = self.secret("a forged token", format!("eyJhbGciOiJub25lIn0.{}.", random::hex::<24>()));
            let mut ops = OpsServiceClient::new(running.channel(service));
            let answer = ops.get_service_info(signed(GetServiceInfoRequest {}, &token)).await;
            self.refused(answer, Code::Unauthenticated);
        }
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| pair.and_then(|pair| u8::from_str_radix(pair, 16).ok())).collect()
}

/// One writing of a canary.
struct Form {
    canary: usize,
    bytes: Vec<u8>,
    /// Counts only where no letter, digit or point touches it.
    alone: bool,
}

/// Looks for all writings of all canaries at once, by their first two bytes.
struct Search<'a> {
    canaries: &'a [Canary],
    forms: Vec<Form>,
    by_start: Vec<Vec<usize>>,
}

impl<'a> Search<'a> {
    fn of(canaries: &'a [Canary]) -> Self {
        let mut forms = Vec::new();
        for (canary, planted) in canaries.iter().enumerate() {
            let mut written = written(planted.text.as_bytes());
            let json = serde_json::to_string(&planted.text).expect("text");
            let debug = format!("{:?}", planted.text);
            written.extend([json, debug].map(|quoted| quoted[1..quoted.len() - 1].as_bytes().to_vec()));
            written.extend(planted.bytes.iter().flat_map(|bytes| self::written(bytes)));
            let alone = planted.text.len() < LONG;
            forms.extend(written.into_iter().map(|bytes| Form { canary, bytes, alone }));
        }
        let mut by_start = vec![Vec::new(); 1 << 16];
        for (index, form) in forms.iter().enumerate() {
            by_start[start(&form.bytes)].push(index);
        }
        Self { canaries, forms, by_start }
    }

    /// The canaries in a text, but those that are at home in this place.
    fn found(&self, text: &[u8], place: &str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        for at in 0..text.len().saturating_sub(1) {
            for form in self.by_start[start(&text[at..])].iter().map(|index| &self.forms[*index]) {
                let canary = &self.canaries[form.canary];
                if text[at..].starts_with(&form.bytes)
                    && !(form.alone && is_touched(text, at, form.bytes.len()))
                    && !canary.home.contains(&place)
                {
                    found.insert(canary.what.as_str());
                }
            }
        }
        found
    }
}

fn start(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}

fn is_touched(text: &[u8], at: usize, length: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    before.into_iter().chain(text.get(at + length)).any(|byte| byte.is_ascii_alphanumeric() || *byte == b'.')
}

/// The ways in which bytes are written: as they are, escaped, in lists, in hex, in base64 at any place of a longer text.
fn written(bytes: &[u8]) -> Vec<Vec<u8>> {
    let hex = random::to_hex(bytes);
    let list = format!("{bytes:?}");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let in_urls = bytes.iter().map(|byte| if plain(*byte) { char::from(*byte).into() } else { format!("%{byte:02X}") });
    let mut forms = vec![
        bytes.to_vec(),
        bytes.escape_ascii().to_string().into_bytes(),
        in_urls.collect::<String>().into_bytes(),
        list[1..list.len() - 1].as_bytes().to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
    ];
    for shift in 0..3 {
        let encoded = STANDARD_NO_PAD.encode([&vec![0; shift][..], bytes].concat());
        // The characters at both ends depend on the neighbours too.
        let end = encoded.len() - usize::from((shift + bytes.len()) % 3 != 0);
        let inner = &encoded[[0, 2, 3][shift]..end];
        forms.push(inner.as_bytes().to_vec());
        forms.push(inner.replace('+', "-").replace('/', "_").into_bytes());
    }
    forms
}

/// Every value in a database, below `table.column`.
async fn values(url: &str) -> BTreeMap<String, Vec<Vec<u8>>> {
    let settings = Settings {
        url: url.to_owned(),
        application_name: "azora-test".to_owned(),
        schema: None,
        connections: 2,
        acquire: Duration::from_secs(10),
    };
    let database = Database::connect(&settings).await.expect("it opens");
    let backend = db::backend_of(url).expect("one of the two");
    let columns = if backend == DbBackend::Postgres {
        "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
         WHERE table_schema = current_schema()"
    } else {
        "SELECT m.name, p.name, p.type FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table'"
    };
    let ask = async |statement: String| {
        let rows = database.reader().query_all_raw(Statement::from_string(backend, statement)).await;
        rows.expect("rows")
    };
    let mut values = BTreeMap::new();
    for row in ask(columns.to_owned()).await {
        let [table, column, kind] = [0, 1, 2].map(|index| row.try_get_by_index::<String>(index).expect("a word"));
        let value = match backend {
            DbBackend::Postgres if kind == "bytea" => format!("\"{column}\""),
            DbBackend::Postgres => format!("convert_to(\"{column}\"::text, 'UTF8')"),
            _ => format!("CAST(\"{column}\" AS BLOB)"),
        };
        let all = format!("SELECT {value} FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
        let cells = ask(all).await.into_iter().map(|row| row.try_get_by_index(0).expect("bytes")).collect();
        values.insert(format!("{table}.{column}"), cells);
    }
    database.close().await.expect("closes");
    values
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
        found.extend(search.found(text, place).iter().map(|what| format!("{what} in {place}")))
    };
    look(&told, "what callers were told");
    let lines = std::fs::read(&log).expect("a log");
    let says = |word: &str| lines.windows(word.len()).any(|window| window == word.as_bytes());
    assert!(says("TRACE") && says("azora.auth.v1.AuthService/Login"), "the log says everything");
    look(&lines, "the log");
    for (service, _) in PORTS {
        for (column, values) in values(place.url(service)).await {
            let is_auth = service == "auth";
            for value in &values {
                look(value, if is_auth { column.clone() } else { format!("{service} {column}") }.as_str());
            }
            let reads = !is_auth || column != "users.email" || values.iter().any(|value| value == b"bob@example.org");
            assert!(reads, "the columns are read as they are");
        }
    }
    found.dedup();
    assert!(found.is_empty(), "{found:#?}");
}

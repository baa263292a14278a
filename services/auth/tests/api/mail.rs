//! Real servers at the other end: what auth sends reaches them over TLS, and at a later attempt if the first one fails.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use auth::Auth;
use proto::azora::auth::v1::{
    ConfirmMfaMethodRequest, EnrollMfaMethodRequest, MfaMethod, RequestPasswordResetRequest, VerifyEmailRequest,
};
use serde_json::Value;
use shared::testing::{TestService, new_id};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::{auth, registration, signed_in, verified};

/// Longer than the first start of the servers, which installs them, and than any pause between attempts.
const PATIENCE: Duration = Duration::from_mins(5);

/// The servers of `tests/smtp/servers.py`, and what they tell.
struct Servers {
    process: Child,
    told: mpsc::UnboundedReceiver<Value>,
    ports: Value,
}

impl Servers {
    /// Starts them, with TLS on `port` (0: any). Their certificates are kept in `folder`.
    async fn start(folder: &Path, port: u64) -> Self {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut process = Command::new(package.join("../../scripts/python"))
            .arg(package.join("tests/smtp/servers.py"))
            .arg(folder)
            .arg(port.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (telling, told) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // Nobody listens any more once the test has ended.
                let _ended = telling.send(serde_json::from_str(&line).unwrap());
            }
        });
        let mut servers = Self { process, told, ports: Value::Null };
        servers.ports = servers.next("ports").await;
        servers
    }

    /// What they tell next, which has to be of this kind.
    async fn next(&mut self, kind: &str) -> Value {
        let mut told = tokio::time::timeout(PATIENCE, self.told.recv()).await.unwrap().unwrap();
        assert!(told.get(kind).is_some(), "{kind} is awaited, not {told}");
        told[kind].take()
    }

    fn port(&self, name: &str) -> u64 {
        self.ports[name].as_u64().unwrap()
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Auth that trusts the servers' authority.
async fn start_with(folder: &TempDir, settings: &str) -> TestService<Auth> {
    let authority = folder.path().join("ca.pem");
    let settings = format!("bcrypt_cost = 4\nsmtp_ca_file = \"{}\"\n{settings}", authority.display());
    TestService::<Auth>::with_settings(&settings).await
}

/// The token in a letter.
fn token(letter: &Value) -> String {
    letter["text"].as_str().unwrap().split("token: ").nth(1).unwrap()[..64].to_owned()
}

async fn verify(service: &TestService<Auth>, token: String) {
    let request = VerifyEmailRequest { request_id: new_id(), token };
    auth(&service.stranger()).verify_email(request).await.unwrap();
}

#[tokio::test]
async fn a_letter_arrives_over_tls_and_its_token_works() {
    let folder = tempfile::tempdir().unwrap();
    let mut servers = Servers::start(folder.path(), 0).await;
    let url = format!("smtp_url = \"smtps://127.0.0.1:{}\"", servers.port("smtps"));
    let service = start_with(&folder, &url).await;
    auth(&service.stranger()).register(registration("alice@example.org")).await.unwrap();

    let letter = servers.next("letter").await;
    assert_eq!(letter["encrypted"], true);
    assert_eq!(letter["sender"], "no-reply@azora.invalid");
    assert_eq!(letter["recipients"], serde_json::json!(["alice@example.org"]));
    assert_eq!(letter["headers"]["subject"], "Confirm your e-mail address");
    assert_eq!(letter["headers"]["auto-submitted"], "auto-generated");
    assert!(letter["headers"]["message-id"].as_str().unwrap().ends_with("@azora.invalid>"));
    assert!(letter["headers"]["date"].is_string());
    assert_eq!(letter["defects"], serde_json::json!([]));
    let link = format!("http://localhost:3000/verify-email?token={}", token(&letter));
    assert!(letter["text"].as_str().unwrap().contains(&link));
    assert!(letter["page"].as_str().unwrap().contains(&format!("href=\"{link}\"")));
    verify(&service, token(&letter)).await;
    assert!(!service.data_dir().join("outbox").exists(), "nothing is left in files");
}

#[tokio::test]
async fn a_server_that_wants_starttls_and_a_login_gets_both() {
    let folder = tempfile::tempdir().unwrap();
    let mut servers = Servers::start(folder.path(), 0).await;
    let url = format!("smtp_url = \"smtp://auth:tall%20river%2F1@127.0.0.1:{}?tls=required\"", servers.port("smtp"));
    let service = start_with(&folder, &url).await;
    verified(&service, "alice@example.org").await;
    let request = RequestPasswordResetRequest { request_id: new_id(), email: "alice@example.org".into() };
    auth(&service.stranger()).request_password_reset(request).await.unwrap();

    let letter = servers.next("letter").await;
    assert_eq!(letter["encrypted"], true);
    assert_eq!(letter["login"], true);
    assert_eq!(letter["headers"]["to"], "Alice Adams <alice@example.org>");
    assert!(letter["text"].as_str().unwrap().starts_with("Hello Alice Adams,"));
}

#[tokio::test]
async fn a_server_that_is_down_gets_the_letter_once_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let servers = Servers::start(folder.path(), 0).await;
    let port = servers.port("smtps");
    drop(servers);
    let down = TcpListener::bind(format!("127.0.0.1:{port}")).await.unwrap();
    let service = start_with(&folder, &format!("smtp_url = \"smtps://127.0.0.1:{port}\"")).await;
    auth(&service.stranger()).register(registration("alice@example.org")).await.unwrap();
    // The first attempt, which finds nobody who answers.
    drop(down.accept().await.unwrap());
    drop(down);

    let mut servers = Servers::start(folder.path(), port).await;
    let letter = servers.next("letter").await;
    verify(&service, token(&letter)).await;
}

#[tokio::test]
async fn a_code_reaches_the_provider_that_was_busy_at_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut servers = Servers::start(folder.path(), 0).await;
    let url = format!("sms_url = \"http://127.0.0.1:{}/messages\"\nsms_token = \"hush\"", servers.port("http"));
    let service = start_with(&folder, &url).await;
    let alice = signed_in(&service, "alice@example.org").await;
    let request = EnrollMfaMethodRequest {
        request_id: new_id(),
        method: MfaMethod::Sms.into(),
        phone: "+27215550123".into(),
        password: String::new(),
    };
    let answer = auth(&alice).enroll_mfa_method(request).await.unwrap().into_inner();

    let refused = servers.next("posted").await;
    let taken = servers.next("posted").await;
    assert_eq!(refused["status"], 503);
    assert_eq!(taken["status"], 202);
    assert_eq!(refused["body"], taken["body"]);
    assert_eq!(taken["path"], "/messages");
    assert_eq!(taken["type"], "application/json");
    assert_eq!(taken["authorization"], "Bearer hush");
    assert_eq!(taken["body"]["to"], "+27215550123");
    assert_eq!(taken["body"]["from"], "Azora");
    let text = taken["body"]["text"].as_str().unwrap();
    let code = text.split("code: ").nth(1).unwrap()[..6].to_owned();
    let challenge_id = answer.challenge.unwrap().id;
    let request = ConfirmMfaMethodRequest { request_id: new_id(), challenge_id, code };
    auth(&alice).confirm_mfa_method(request).await.unwrap();
}

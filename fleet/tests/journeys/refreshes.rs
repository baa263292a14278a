//! Nobody is logged out by a bad network: sessions go on although a tenth of the answers is lost and calls are sent many
//! times over.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::{Signer, SigningKey};
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{DeviceProof, GetMeRequest, LoginRequest, RefreshTokenRequest, Tokens};
use shared::testing::Place;
use shared::testing::fault_proxy::{Fault, FaultProxy};
use shared::{clock, random};
use tokio::task::JoinSet;
use tonic::transport::Endpoint;
use tonic::{Code, Status};

use crate::operator::fleet;
use crate::people::{PASSWORD, People, alone};
use crate::seeded::Fleet;

const SESSIONS: usize = 10;
const ROUNDS: usize = 32;
const AT_ONCE: usize = 16;
const ONE_IN: usize = 10;
/// For one attempt.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a client is told when the network has lost an answer.
const LOST: [Code; 5] = [Code::Unavailable, Code::Unknown, Code::Internal, Code::Cancelled, Code::DeadlineExceeded];

/// A session of a device that signs its refreshes.
struct Device {
    key: SigningKey,
    tokens: Tokens,
}

impl Device {
    async fn log_in(people: &People, email: &str) -> Self {
        let key = SigningKey::from_bytes(&random::bytes());
        let request = LoginRequest {
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
            device_key: key.verifying_key().to_bytes().to_vec(),
            ..LoginRequest::default()
        };
        let answer = people.nobody().login(request).await.expect("they log in");
        Self { key, tokens: answer.into_inner().tokens.expect("tokens") }
    }

    fn request(&self) -> RefreshTokenRequest {
        let now = clock::now();
        let signed = format!("azora.device.v1\n{}\n{}", now.timestamp(), self.tokens.refresh_token);
        let proof = DeviceProof {
            signed_at: Some(clock::to_proto(now)),
            signature: self.key.sign(signed.as_bytes()).to_bytes().to_vec(),
        };
        RefreshTokenRequest { refresh_token: self.tokens.refresh_token.clone(), proof: Some(proof) }
    }
}

/// Sends a refresh until it is answered; each attempt is signed anew, over a connection of its own.
async fn through(proxy: &str, device: &Device) -> Result<Tokens, Status> {
    loop {
        let endpoint = Endpoint::from_shared(format!("http://{proxy}")).expect("a URL").timeout(PATIENCE);
        match AuthServiceClient::new(endpoint.connect_lazy()).refresh_token(device.request()).await {
            Ok(answer) => return Ok(answer.into_inner().tokens.expect("tokens")),
            Err(status) if LOST.contains(&status.code()) => {}
            Err(status) => return Err(status),
        }
    }
}

/// Goes on for all rounds; the tokens at the end.
async fn goes_on(proxy: String, mut device: Arc<Device>) -> Tokens {
    for _ in 0..ROUNDS {
        let mut asking = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (proxy, device) = (proxy.clone(), Arc::clone(&device));
            asking.spawn(async move { through(&proxy, &device).await.expect("logged out") });
        }
        let mut answers = asking.join_all().await;
        let tokens = answers.swap_remove(0);
        for other in answers {
            assert_eq!(other.refresh_token, tokens.refresh_token, "one successor for all");
        }
        device = Arc::new(Device { key: device.key.clone(), tokens });
    }
    device.tokens.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_refreshes_over_a_bad_network_log_nobody_out() {
    let _alone = alone().await;
    let place = Place::new().await;
    let mut command = fleet(&place, &["up", "--migrate", "--port-base", "0"]);
    let running = Fleet::started(command.stderr(Stdio::null()));
    let people = People::of(&running, &place).await;
    let proxy = FaultProxy::start(running.address("auth")).await;
    proxy.set(Fault::CutAnswer { one_in: ONE_IN });
    let mut devices = Vec::new();
    for number in 0..SESSIONS {
        let email = format!("device{number}@example.org");
        people.register(&email).await;
        devices.push(Arc::new(Device::log_in(&people, &email).await));
    }
    let mut sessions = JoinSet::new();
    for device in devices {
        sessions.spawn(goes_on(proxy.address.to_string(), device));
    }
    for tokens in sessions.join_all().await {
        people.auth(&tokens.access_token).get_me(GetMeRequest {}).await.expect("signed in");
    }
    let refreshes = SESSIONS * ROUNDS * AT_ONCE;
    println!("{refreshes} refreshes, {AT_ONCE} at once, {} answers cut off: nobody logged out", proxy.cut());
    assert!(proxy.cut() >= refreshes / ONE_IN, "only {} answers were cut off", proxy.cut());
}

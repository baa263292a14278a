//! What was used once is used, also when the process is killed in the middle of it.

use std::net::TcpListener;
use std::time::Duration;

use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{
    CompleteMfaRequest, ConfirmTotpRequest, EnrollTotpRequest, LoginRequest, MfaMethod, RequestPasswordResetRequest,
    ResetPasswordRequest, VerifyEmailRequest,
};
use sea_orm::ConnectionTrait;
use shared::testing::new_id;
use tonic::service::Interceptor;
use tonic::transport::Channel;
use tonic::{Request, Status};

use crate::enroll_totp::{app, code_of};
use crate::kill::{connected, open, serve};
use crate::{PASSWORD, registration};

const ROUNDS: u64 = 5;
const USES: usize = 8;

/// What is used once.
#[derive(Clone, Debug)]
enum Once {
    Verification(String),
    Reset(String),
    Factor(CompleteMfaRequest),
}

impl Once {
    async fn used(self, channel: Channel) -> bool {
        let mut client = AuthServiceClient::new(channel);
        match self {
            Self::Verification(token) => {
                client.verify_email(VerifyEmailRequest { request_id: new_id(), token }).await.is_ok()
            }
            Self::Reset(token) => {
                let new_password = "seven tall rivers".to_owned();
                let request = ResetPasswordRequest { request_id: new_id(), token, new_password };
                client.reset_password(request).await.is_ok()
            }
            Self::Factor(request) => client.complete_mfa(request).await.is_ok(),
        }
    }
}

#[derive(Clone)]
struct Bearer(String);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", format!("Bearer {}", self.0).parse().unwrap());
        Ok(request)
    }
}

/// The token in the newest message of a kind to a user.
fn mailed(folder: &std::path::Path, kind: &str, user: &str) -> String {
    let begins = format!("{kind}-{user}-");
    let mut files = std::fs::read_dir(folder.join("outbox")).unwrap().map(|file| file.unwrap().path());
    let file = files.find(|file| file.file_name().unwrap().to_string_lossy().starts_with(&begins)).unwrap();
    std::fs::read_to_string(file).unwrap().split("token: ").nth(1).unwrap()[..64].to_owned()
}

/// Four things that are to be used once, of accounts of this round.
async fn prepared(channel: &Channel, folder: &std::path::Path, round: u64) -> Vec<Once> {
    let mut nobody = AuthServiceClient::new(channel.clone());
    let fresh = registration(&format!("fresh{round}@example.org"));
    let fresh = nobody.register(fresh).await.unwrap().into_inner().user.unwrap();
    let email = format!("armed{round}@example.org");
    let armed = nobody.register(registration(&email)).await.unwrap().into_inner().user.unwrap();
    let token = mailed(folder, "verify", &armed.id);
    nobody.verify_email(VerifyEmailRequest { request_id: new_id(), token }).await.unwrap();

    let login = LoginRequest { email: email.clone(), password: PASSWORD.into(), ..LoginRequest::default() };
    let tokens = nobody.login(login.clone()).await.unwrap().into_inner().tokens.unwrap();
    let mut alice = AuthServiceClient::with_interceptor(channel.clone(), Bearer(tokens.access_token));
    let made = alice.enroll_totp(EnrollTotpRequest::default()).await.unwrap().into_inner();
    let totp = app(&made.secret);
    // A code of the step before, so that the one of this step is still to be used.
    let earlier = totp.generate(u64::try_from(shared::clock::now().timestamp()).unwrap() - 30);
    let codes = alice.confirm_totp(ConfirmTotpRequest { code: earlier }).await.unwrap().into_inner().recovery_codes;
    let mut factor = async |method: MfaMethod, code: String| {
        let challenge = nobody.login(login.clone()).await.unwrap().into_inner().mfa_challenge.unwrap();
        let method = method.into();
        Once::Factor(CompleteMfaRequest { challenge_id: challenge.id, method, code, ..CompleteMfaRequest::default() })
    };
    let by_app = factor(MfaMethod::Totp, code_of(&totp)).await;
    let by_recovery = factor(MfaMethod::Recovery, codes[0].clone()).await;
    let asked = RequestPasswordResetRequest { request_id: new_id(), email: fresh.email.clone() };
    nobody.request_password_reset(asked).await.unwrap();
    let reset = Once::Reset(mailed(folder, "reset", &fresh.id));
    vec![by_app, by_recovery, Once::Verification(mailed(folder, "verify", &fresh.id)), reset]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_used_before_a_kill_is_not_used_again_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let url = shared::testing::url_for_a_process(folder.path(), "spent").await;
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut used = 0;
    for round in 0..ROUNDS {
        let mut process = serve(port, folder.path(), &url, &[]);
        let channel = connected(port).await;
        let things = prepared(&channel, folder.path(), round).await;
        let first: Vec<_> = things.iter().map(|once| tokio::spawn(once.clone().used(channel.clone()))).collect();
        // Another moment in each round, from the first bytes to after the last answer.
        tokio::time::sleep(Duration::from_millis(round * round * 10)).await;
        process.kill().unwrap();
        process.wait().unwrap();

        let mut process = serve(port, folder.path(), &url, &[]);
        let channel = connected(port).await;
        for (once, first) in things.into_iter().zip(first) {
            let answered = first.await.unwrap();
            let mut after = 0;
            for _ in 0..USES {
                after += usize::from(once.clone().used(channel.clone()).await);
            }
            let most = usize::from(!answered);
            used += after + usize::from(answered);
            assert!(
                after <= most,
                "round {round}: {once:?} was answered before the kill: {answered}, after it: {after}"
            );
        }
        process.kill().unwrap();
        process.wait().unwrap();
    }
    assert!(used > 0, "nothing could be used at all");
    // All of it is written: the next start finds a database in order.
    open(&url).await.writer().execute_unprepared("SELECT 1").await.unwrap();
}

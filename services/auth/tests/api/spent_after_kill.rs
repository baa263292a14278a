//! What was used once is used, also when the process is killed in the middle of it.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{
    CompleteMfaRequest, ConfirmTotpRequest, EnrollTotpRequest, LoginRequest, MfaMethod, RequestPasswordResetRequest,
    ResetPasswordRequest, VerifyEmailRequest,
};
use sea_orm::ConnectionTrait;
use shared::testing::{Bearer, new_id, outbox};
use tonic::transport::Channel;

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
    /// Each use answers a challenge of its own: the code alone is spent.
    Factor {
        email: String,
        method: MfaMethod,
        code: String,
    },
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
            Self::Factor { email, method, code } => {
                let Ok(answer) = client.login(login(&email)).await else { return false };
                let challenge_id = answer.into_inner().mfa_challenge.unwrap().id;
                let method = method.into();
                let request = CompleteMfaRequest { challenge_id, method, code, ..CompleteMfaRequest::default() };
                client.complete_mfa(request).await.is_ok()
            }
        }
    }
}

fn login(email: &str) -> LoginRequest {
    LoginRequest { email: email.to_owned(), password: PASSWORD.into(), ..LoginRequest::default() }
}

/// The token in the newest message of a kind to a user.
fn mailed(folder: &Path, kind: &str, user: &str) -> String {
    outbox::token(&outbox::messages(folder, &format!("{kind}-{user}-")).pop().unwrap())
}

/// Four things that are to be used once, of accounts of this round.
async fn prepared(channel: &Channel, folder: &Path, round: u64) -> Vec<Once> {
    let mut nobody = AuthServiceClient::new(channel.clone());
    let mut ids = Vec::new();
    for name in ["fresh", "forgetful", "armed"] {
        let request = registration(&format!("{name}{round}@example.org"));
        ids.push(nobody.register(request).await.unwrap().into_inner().user.unwrap().id);
    }
    let verify = Once::Verification(mailed(folder, "verify", &ids[0]));
    let asked = RequestPasswordResetRequest { request_id: new_id(), email: format!("forgetful{round}@example.org") };
    nobody.request_password_reset(asked).await.unwrap();
    let reset = Once::Reset(mailed(folder, "reset", &ids[1]));

    let token = mailed(folder, "verify", &ids[2]);
    nobody.verify_email(VerifyEmailRequest { request_id: new_id(), token }).await.unwrap();
    let email = format!("armed{round}@example.org");
    let tokens = nobody.login(login(&email)).await.unwrap().into_inner().tokens.unwrap();
    let mut alice = AuthServiceClient::with_interceptor(channel.clone(), Bearer::of(&tokens.access_token));
    let made = alice.enroll_totp(EnrollTotpRequest::default()).await.unwrap().into_inner();
    let totp = app(&made.secret);
    // A code of the step before, so that the one of this step is still to be used.
    let earlier = totp.generate(u64::try_from(shared::clock::now().timestamp()).unwrap() - 30);
    let codes = alice.confirm_totp(ConfirmTotpRequest { code: earlier }).await.unwrap().into_inner().recovery_codes;
    let by_app = Once::Factor { email: email.clone(), method: MfaMethod::Totp, code: code_of(&totp) };
    let by_recovery = Once::Factor { email, method: MfaMethod::Recovery, code: codes[0].clone() };
    vec![by_app, by_recovery, verify, reset]
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

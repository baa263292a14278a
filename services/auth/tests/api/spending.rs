//! What is good for one use is used once, however many try at the same moment.

use auth::Auth;
use auth::entity::mfa_challenge;
use auth::id::ChallengeId;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{
    MfaChallenge, MfaMethod, RequestPasswordResetRequest, ResendVerificationRequest, ResetPasswordRequest,
    VerifyEmailRequest,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use shared::testing::{TestChannel, TestService, new_id};
use tokio::task::JoinSet;
use tonic::{Code, Response, Status};

use crate::complete_mfa::{answer, challenged};
use crate::confirm_mfa_method::turned_on;
use crate::confirm_totp::armed;
use crate::enroll_totp::code_of;
use crate::send_mfa_code::{request_code, sent_code};
use crate::{auth, mails, registration, signed_in, start, verified};

const AT_ONCE: usize = 64;
const ROUNDS: usize = 50;

/// All of the uses at once: one succeeds, the others are refused alike.
async fn one_of<T: 'static>(
    uses: impl IntoIterator<Item = impl Future<Output = Result<Response<T>, Status>> + Send + 'static>,
    refused: Code,
) {
    let mut using = JoinSet::new();
    for one in uses {
        using.spawn(async move { one.await.map_or_else(|status| status.code(), |_| Code::Ok) });
    }
    let codes = using.join_all().await;
    let count = |code: Code| codes.iter().filter(|given| **given == code).count();
    assert_eq!((count(Code::Ok), count(refused)), (1, AT_ONCE - 1), "{codes:?}");
}

fn client(service: &TestService<Auth>) -> AuthServiceClient<TestChannel> {
    AuthServiceClient::new(service.stranger().channel().once())
}

async fn change(service: &TestService<Auth>, sql: &str) {
    service.connection().execute_unprepared(sql).await.unwrap();
}

/// As many challenges of one account as there are uses, like one that a login has begun.
async fn challenges(service: &TestService<Auth>, email: &str) -> Vec<MfaChallenge> {
    let begun = challenged(service, email).await;
    let id = ChallengeId(uuid::Uuid::parse_str(&begun.id).unwrap());
    let row = mfa_challenge::Entity::find_by_id(id).one(service.connection()).await.unwrap().unwrap();
    let ids: Vec<ChallengeId> = (0..AT_ONCE).map(|_| ChallengeId::new()).collect();
    let like_it =
        |id: &ChallengeId| mfa_challenge::ActiveModel { id: Set(*id), ..row.clone().into_active_model().reset_all() };
    let rows: Vec<mfa_challenge::ActiveModel> = ids.iter().map(like_it).collect();
    mfa_challenge::Entity::insert_many(rows).exec_without_returning(service.connection()).await.unwrap();
    ids.into_iter().map(|id| MfaChallenge { id: id.to_string(), ..begun.clone() }).collect()
}

/// Answers each of the challenges by one code.
async fn one_answers(service: &TestService<Auth>, challenges: &[MfaChallenge], method: MfaMethod, code: &str) {
    let uses = challenges.iter().map(|challenge| {
        let (mut client, request) = (client(service), answer(challenge, method, code));
        async move { client.complete_mfa(request).await }
    });
    one_of(uses, Code::Unauthenticated).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_of_an_app() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    for _ in 0..ROUNDS {
        change(&service, "UPDATE mfa_settings SET totp_last_step = NULL, guesses = 0").await;
        let challenges = challenges(&service, "alice@example.org").await;
        one_answers(&service, &challenges, MfaMethod::Totp, &code_of(&alice.app)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recovery_code() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    for round in 0..ROUNDS {
        change(&service, "UPDATE mfa_settings SET recovery_used = 0, guesses = 0").await;
        let challenges = challenges(&service, "alice@example.org").await;
        one_answers(&service, &challenges, MfaMethod::Recovery, &alice.recovery[round % 10]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    turned_on(&service, &alice, MfaMethod::Email, "").await;
    for _ in 0..ROUNDS {
        change(&service, "DELETE FROM throttle_counters").await;
        let challenge = challenged(&service, "alice@example.org").await;
        request_code(&service, &challenge, MfaMethod::Email).await;
        let code = sent_code(&service, "code");
        one_answers(&service, &vec![challenge; AT_ONCE], MfaMethod::Email, &code).await;
    }
}

/// The token of the one message of a kind that was sent since the last time.
fn sent_token(service: &TestService<Auth>, kind: &str) -> String {
    let token = mails(service, kind).remove(0);
    std::fs::remove_dir_all(service.data_dir().join("outbox")).unwrap();
    std::fs::create_dir(service.data_dir().join("outbox")).unwrap();
    token
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_token() {
    let service = start().await;
    verified(&service, "alice@example.org").await;
    for _ in 0..ROUNDS {
        change(&service, "DELETE FROM tokens").await;
        let request = RequestPasswordResetRequest { request_id: new_id(), email: "alice@example.org".into() };
        client(&service).request_password_reset(request).await.unwrap();
        let token = sent_token(&service, "reset");
        let uses = (0..AT_ONCE).map(|number| {
            let new_password = format!("river number {number}");
            let request = ResetPasswordRequest { request_id: new_id(), token: token.clone(), new_password };
            let mut client = client(&service);
            async move { client.reset_password(request).await }
        });
        one_of(uses, Code::FailedPrecondition).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verification_token() {
    let service = start().await;
    auth(&service.stranger()).register(registration("alice@example.org")).await.unwrap();
    sent_token(&service, "verify");
    for _ in 0..ROUNDS {
        change(&service, "DELETE FROM tokens").await;
        change(&service, "UPDATE users SET is_email_verified = false, email_verified_at = NULL").await;
        let request = ResendVerificationRequest { request_id: new_id(), email: "alice@example.org".into() };
        client(&service).resend_verification(request).await.unwrap();
        let token = sent_token(&service, "verify");
        let uses = (0..AT_ONCE).map(|_| {
            let request = VerifyEmailRequest { request_id: new_id(), token: token.clone() };
            let mut client = client(&service);
            async move { client.verify_email(request).await }
        });
        one_of(uses, Code::FailedPrecondition).await;
    }
}

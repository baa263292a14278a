//! Guessing comes to an end, and never for the owner: whatever strangers try, a device that is known goes on.

use auth::Auth;
use auth::entity::{known_device, mfa_settings, throttle_counter};
use chrono::Duration;
use proto::azora::auth::v1::{
    CompleteMfaRequest, CompleteMfaResponse, LoginRequest, LoginResponse, MfaChallenge, MfaMethod,
    RequestPasswordResetRequest, ResetPasswordRequest, UnlockUserRequest,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, EntityTrait};
use shared::clock;
use shared::testing::{TestService, assert_refused, new_id};
use tokio::task::JoinSet;
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

use crate::complete_mfa::{answer, challenged};
use crate::confirm_totp::{Armed, armed};
use crate::enroll_totp::{code_of, forget_the_step, wrong_code_of};
use crate::send_mfa_code::forget_the_pause;
use crate::{PASSWORD, auth, log_in, mails, start, verified};

pub const ALICE: &str = "alice@example.org";
pub const WRONG: &str = "three small rivulets";
const GUESSES: usize = 10_000;
const STRANGERS: usize = 16;
const DAY_SECONDS: u64 = 24 * 3600;

pub fn login(password: &str, device_token: &str) -> LoginRequest {
    LoginRequest {
        email: ALICE.into(),
        password: password.into(),
        device_token: device_token.into(),
        ..LoginRequest::default()
    }
}

async fn from_device(
    service: &TestService<Auth>,
    device_token: &str,
    password: &str,
) -> Result<Response<LoginResponse>, Status> {
    auth(&service.stranger()).login(login(password, device_token)).await
}

/// What a new device is known by from now on.
async fn known(service: &TestService<Auth>) -> String {
    log_in(service, ALICE, PASSWORD).await.unwrap().into_inner().tokens.unwrap().device_token
}

/// Lets an account wait for devices that are not known.
async fn lock(service: &TestService<Auth>, email: &str) {
    for _ in 0..5 {
        assert_refused(&log_in(service, email, WRONG).await, Code::Unauthenticated, "BAD_CREDENTIALS");
    }
}

/// How many seconds a refusal asks to wait; 0 if it does not.
pub fn wait(refused: &Status) -> u64 {
    refused.get_error_details().retry_info().and_then(|retry| retry.retry_delay).map_or(0, |delay| delay.as_secs())
}

/// Everything that a refusal says, but how long to wait.
fn said(refused: &Status) -> String {
    let mut details = refused.get_error_details();
    details.set_retry_info(None);
    format!("{:?} {} {details:?}", refused.code(), refused.message())
}

pub async fn change(service: &TestService<Auth>, sql: &str) {
    service.connection().execute_unprepared(sql).await.unwrap();
}

async fn unlock(service: &TestService<Auth>, user_id: String) {
    let request = UnlockUserRequest { request_id: new_id(), user_id };
    auth(&service.admin("root")).unlock_user(request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_wrong_passwords_of_strangers_do_not_keep_the_owner_out() {
    let service = start().await;
    verified(&service, ALICE).await;
    let device = known(&service).await;
    lock(&service, ALICE).await;
    let mut strangers = JoinSet::new();
    for stranger in 0..STRANGERS {
        let mut client = auth(&service.stranger());
        strangers.spawn(async move {
            for number in 0..GUESSES / STRANGERS {
                let refused = client.login(login(&format!("guess {stranger} of {number}"), "")).await;
                assert_refused(&refused, Code::Unauthenticated, "BAD_CREDENTIALS");
                assert!(wait(&refused.unwrap_err()) > 0, "a guess was judged while the account waits");
            }
        });
    }
    // At the height of it, and when it is over.
    from_device(&service, &device, PASSWORD).await.unwrap();
    strangers.join_all().await;
    from_device(&service, &device, PASSWORD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_at_the_same_moment_do_not_overrun_the_limit() {
    let service = start().await;
    verified(&service, ALICE).await;
    let mut guessing = JoinSet::new();
    for number in 0..32 {
        let mut client = auth(&service.stranger());
        guessing.spawn(async move { client.login(login(&format!("guess {number}"), "")).await.unwrap_err() });
    }
    let refused = guessing.join_all().await;
    let judged = refused.iter().filter(|status| wait(status) == 0).count();
    assert_eq!(judged, 5, "{refused:?}");
}

#[tokio::test]
async fn an_account_that_waits_looks_like_one_that_does_not_exist() {
    let service = start().await;
    verified(&service, ALICE).await;
    let mut told = Vec::new();
    for address in [ALICE, "nobody@example.org"] {
        lock(&service, address).await;
        for password in [PASSWORD, WRONG] {
            told.push(log_in(&service, address, password).await.unwrap_err());
        }
    }
    for refused in &told {
        assert_eq!(said(refused), said(&told[0]));
        assert!((850..=900).contains(&wait(refused)), "{}", wait(refused));
    }
}

#[tokio::test]
async fn each_further_five_wait_twice_as_long_and_a_success_begins_anew() {
    let service = start().await;
    verified(&service, ALICE).await;
    for minutes in [15, 30, 60] {
        lock(&service, ALICE).await;
        let waited = wait(&log_in(&service, ALICE, PASSWORD).await.unwrap_err());
        assert!((minutes * 60 - 50..=minutes * 60).contains(&waited), "{waited}");
        forget_the_pause(&service).await;
    }
    log_in(&service, ALICE, PASSWORD).await.unwrap();
    lock(&service, ALICE).await;
    let waited = wait(&log_in(&service, ALICE, PASSWORD).await.unwrap_err());
    assert!(waited <= 15 * 60, "{waited}");
}

/// Lets the last wrong password, and the end of its lock, be so long past.
async fn age(service: &TestService<Auth>, failed: Duration, unlocked: Duration) {
    let ago = |by: Duration| Expr::value(clock::now() - by);
    throttle_counter::Entity::update_many()
        .col_expr(throttle_counter::Column::UpdatedAt, ago(failed))
        .col_expr(throttle_counter::Column::BlockedUntil, ago(unlocked))
        .exec(service.connection())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_day_of_quiet_begins_anew_and_a_lock_is_no_quiet() {
    let service = start().await;
    verified(&service, ALICE).await;
    lock(&service, ALICE).await;
    for (unlocked, minutes) in [(1, 30), (25, 15)] {
        age(&service, Duration::hours(49), Duration::hours(unlocked)).await;
        lock(&service, ALICE).await;
        let waited = wait(&log_in(&service, ALICE, PASSWORD).await.unwrap_err());
        assert!((minutes * 60 - 50..=minutes * 60).contains(&waited), "{waited}");
    }
}

/// Lets the hundredth wrong password in a row be the last one of strangers.
async fn close(service: &TestService<Auth>) {
    log_in(service, ALICE, WRONG).await.unwrap_err();
    change(service, "UPDATE throttle_counters SET count = 99").await;
    log_in(service, ALICE, WRONG).await.unwrap_err();
    let refused = log_in(service, ALICE, PASSWORD).await;
    assert_refused(&refused, Code::Unauthenticated, "BAD_CREDENTIALS");
    // However long it takes, nobody is told of more than a day.
    assert_eq!(wait(&refused.unwrap_err()), DAY_SECONDS);
}

#[tokio::test]
async fn after_a_hundred_in_a_row_an_administrator_opens_the_account() {
    let service = start().await;
    let alice = verified(&service, ALICE).await;
    close(&service).await;
    unlock(&service, alice.id).await;
    log_in(&service, ALICE, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn after_a_hundred_in_a_row_the_owner_opens_the_account_from_a_known_device() {
    let service = start().await;
    verified(&service, ALICE).await;
    let device = known(&service).await;
    close(&service).await;
    from_device(&service, &device, PASSWORD).await.unwrap();
    log_in(&service, ALICE, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_reset_opens_the_account() {
    let service = start().await;
    verified(&service, ALICE).await;
    close(&service).await;
    let request = RequestPasswordResetRequest { request_id: new_id(), email: ALICE.into() };
    auth(&service.stranger()).request_password_reset(request).await.unwrap();
    let (token, new_password) = (mails(&service, "reset").remove(0), "seven tall rivers".to_owned());
    let request = ResetPasswordRequest { request_id: new_id(), token, new_password };
    auth(&service.stranger()).reset_password(request).await.unwrap();
    log_in(&service, ALICE, "seven tall rivers").await.unwrap();
}

#[tokio::test]
async fn wrong_passwords_on_a_known_device_make_that_device_wait_and_no_other() {
    let service = start().await;
    verified(&service, ALICE).await;
    let (device, other) = (known(&service).await, known(&service).await);
    for _ in 0..5 {
        let wrong = from_device(&service, &device, WRONG).await;
        assert_refused(&wrong, Code::Unauthenticated, "BAD_CREDENTIALS");
        assert_eq!(wait(&wrong.unwrap_err()), 0, "five are free");
    }
    // The ninth waits for eight seconds.
    change(&service, "UPDATE known_devices SET failures = 8 WHERE failures > 0").await;
    from_device(&service, &device, WRONG).await.unwrap_err();
    let right = from_device(&service, &device, PASSWORD).await;
    assert_refused(&right, Code::ResourceExhausted, "THROTTLED");
    from_device(&service, &other, PASSWORD).await.unwrap();
    log_in(&service, ALICE, PASSWORD).await.unwrap();

    change(&service, "UPDATE known_devices SET blocked_until = NULL").await;
    from_device(&service, &device, PASSWORD).await.unwrap();
    let devices = known_device::Entity::find().all(service.connection()).await.unwrap();
    assert!(devices.iter().all(|device| device.failures == 0), "a success begins anew");
}

#[tokio::test]
async fn after_ten_in_a_row_a_known_device_is_a_stranger_until_it_has_logged_in() {
    let service = start().await;
    verified(&service, ALICE).await;
    let device = known(&service).await;
    change(&service, "UPDATE known_devices SET failures = 9").await;
    from_device(&service, &device, WRONG).await.unwrap_err();
    lock(&service, ALICE).await;
    let right = from_device(&service, &device, PASSWORD).await;
    assert_refused(&right, Code::Unauthenticated, "BAD_CREDENTIALS");

    forget_the_pause(&service).await;
    from_device(&service, &device, PASSWORD).await.unwrap();
    lock(&service, ALICE).await;
    from_device(&service, &device, PASSWORD).await.unwrap();
}

async fn shows(
    service: &TestService<Auth>,
    challenge: &MfaChallenge,
    code: &str,
    device_token: &str,
) -> Result<Response<CompleteMfaResponse>, Status> {
    let device_token = device_token.to_owned();
    let request = CompleteMfaRequest { device_token, ..answer(challenge, MfaMethod::Totp, code) };
    auth(&service.stranger()).complete_mfa(request).await
}

/// Somebody with an app, and the token of the device that they last used it on.
async fn with_a_device(service: &TestService<Auth>) -> (Armed, String) {
    let alice = armed(service, ALICE).await;
    let challenge = challenged(service, ALICE).await;
    let opened = shows(service, &challenge, &code_of(&alice.app), "").await.unwrap().into_inner().tokens.unwrap();
    forget_the_step(service).await;
    (alice, opened.device_token)
}

/// Shows wrong codes, five at each login, until they are judged no more; says how many were.
async fn guess_codes(service: &TestService<Auth>, alice: &Armed) -> usize {
    let mut judged = 0;
    while judged < 200 {
        let challenge = challenged(service, ALICE).await;
        for _ in 0..5 {
            let refused = shows(service, &challenge, &wrong_code_of(&alice.app), "").await;
            if refused.as_ref().is_err_and(|status| status.code() == Code::ResourceExhausted) {
                assert_refused(&refused, Code::ResourceExhausted, "THROTTLED");
                return judged;
            }
            assert_refused(&refused, Code::Unauthenticated, "CODE_WRONG");
            judged += 1;
        }
    }
    judged
}

#[tokio::test]
async fn a_hundred_codes_a_day_are_judged_however_many_logins_and_then_those_of_known_devices() {
    let service = start().await;
    let (alice, device) = with_a_device(&service).await;
    assert_eq!(guess_codes(&service, &alice).await, 100);
    let challenge = challenged(&service, ALICE).await;
    for device_token in ["", "azd_of_nobody"] {
        let right = shows(&service, &challenge, &code_of(&alice.app), device_token).await;
        assert_refused(&right, Code::ResourceExhausted, "THROTTLED");
        assert!(wait(&right.unwrap_err()) > DAY_SECONDS - 3600);
    }
    shows(&service, &challenge, &code_of(&alice.app), &device).await.unwrap();
    forget_the_step(&service).await;

    // Ten wrong ones a day from there; the right one did not count.
    for _ in 0..2 {
        let challenge = challenged(&service, ALICE).await;
        for _ in 0..5 {
            let wrong = shows(&service, &challenge, &wrong_code_of(&alice.app), &device).await;
            assert_refused(&wrong, Code::Unauthenticated, "CODE_WRONG");
        }
    }
    let challenge = challenged(&service, ALICE).await;
    let right = shows(&service, &challenge, &code_of(&alice.app), &device).await;
    assert_refused(&right, Code::ResourceExhausted, "THROTTLED");

    let yesterday = Expr::value(clock::now() - Duration::hours(24));
    let aged = mfa_settings::Entity::update_many().col_expr(mfa_settings::Column::GuessesSince, yesterday);
    aged.exec(service.connection()).await.unwrap();
    shows(&service, &challenge, &code_of(&alice.app), "").await.unwrap();
}

#[tokio::test]
async fn an_administrator_lets_codes_be_judged_again() {
    let service = start().await;
    let (alice, _) = with_a_device(&service).await;
    assert_eq!(guess_codes(&service, &alice).await, 100);
    unlock(&service, alice.user.id.to_string()).await;
    let challenge = challenged(&service, ALICE).await;
    shows(&service, &challenge, &code_of(&alice.app), "").await.unwrap();
}

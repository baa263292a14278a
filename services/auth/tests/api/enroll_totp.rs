use auth::Auth;
use auth::entity::{mfa_settings, session};
use chrono::Duration;
use proto::azora::auth::v1::{
    ConfirmTotpRequest, EnrollTotpRequest, GetMfaSettingsRequest, MfaMethod, RefreshTokenRequest, Tokens,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, EntityTrait};
use shared::clock;
use shared::id::UserId;
use shared::testing::{TestService, TestUser, assert_refused};
use tonic::Code;
use totp_rs::{Algorithm, Secret, TOTP};

use crate::complete_mfa::{answer, challenged};
use crate::confirm_totp::armed;
use crate::{PASSWORD, auth, log_in, signed_in, start, verified};

/// The app that was given this secret.
pub fn app(secret: &str) -> TOTP {
    let secret = Secret::Encoded(secret.to_owned()).to_bytes().unwrap();
    TOTP::new(Algorithm::SHA1, 6, 0, 30, secret, None, String::new()).unwrap()
}

/// What an app shows at this moment.
pub fn code_of(app: &TOTP) -> String {
    app.generate(clock::now().timestamp().try_into().unwrap())
}

/// A code that the app shows neither now nor half a minute ago or later.
pub fn wrong_code_of(app: &TOTP) -> String {
    let now = u64::try_from(clock::now().timestamp()).unwrap();
    let near = [now - 30, now, now + 30].map(|time| app.generate(time));
    (0..1_000_000).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
}

/// Lets the codes that were used be used again, as if so much time had passed that there are others.
pub async fn forget_the_step(service: &TestService<Auth>) {
    service.connection().execute_unprepared("UPDATE mfa_settings SET totp_last_step = NULL").await.unwrap();
}

/// Somebody who has a secret that waits to be confirmed.
pub async fn enrolled(user: &TestUser) -> TOTP {
    let made = auth(user).enroll_totp(EnrollTotpRequest::default()).await.unwrap().into_inner();
    app(&made.secret)
}

/// What a session goes on with.
pub async fn refreshed(service: &TestService<Auth>, tokens: &Tokens) -> Tokens {
    let request = RefreshTokenRequest { refresh_token: tokens.refresh_token.clone(), proof: None };
    auth(&service.stranger()).refresh_token(request).await.unwrap().into_inner().tokens.unwrap()
}

fn with_password(password: &str) -> EnrollTotpRequest {
    EnrollTotpRequest { password: password.into() }
}

#[tokio::test]
async fn the_secret_the_link_and_the_picture_are_of_one_app() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let made = auth(&alice).enroll_totp(EnrollTotpRequest::default()).await.unwrap().into_inner();
    let read = TOTP::from_url(&made.otpauth_uri).unwrap();
    assert_eq!((read.get_secret_base32(), made.secret.len()), (made.secret.clone(), 32));
    assert_eq!((read.issuer.as_deref(), read.account_name.as_str()), (Some("Azora"), "alice@example.org"));
    assert_eq!((read.algorithm, read.digits, read.step), (Algorithm::SHA1, 6, 30));
    assert!(made.qr_png.starts_with(b"\x89PNG\r\n\x1a\n"));

    let row = mfa_settings::Entity::find().one(service.connection()).await.unwrap().unwrap();
    let sealed = row.totp_secret.clone().unwrap();
    assert!(!sealed.windows(20).any(|window| window == read.secret.as_slice()), "kept readable");
}

#[tokio::test]
async fn until_it_is_confirmed_a_secret_counts_for_nothing_and_another_replaces_it() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let first = enrolled(&alice).await;
    let second = enrolled(&alice).await;
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let settings = auth(&alice).get_mfa_settings(GetMfaSettingsRequest {}).await.unwrap().into_inner().settings;
    assert!(!settings.unwrap().enabled);

    let old = auth(&alice).confirm_totp(ConfirmTotpRequest { code: code_of(&first) }).await;
    assert_refused(&old, Code::PermissionDenied, "CODE_WRONG");
    auth(&alice).confirm_totp(ConfirmTotpRequest { code: code_of(&second) }).await.unwrap();
}

#[tokio::test]
async fn more_than_ten_minutes_after_the_login_the_password_is_needed() {
    let service = start().await;
    let account = verified(&service, "alice@example.org").await;
    let tokens = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    session::Entity::update_many()
        .col_expr(session::Column::AuthenticatedAt, Expr::value(clock::now() - Duration::minutes(11)))
        .exec(service.connection())
        .await
        .unwrap();
    let id: UserId = uuid::Uuid::parse_str(&account.id).unwrap().into();
    let alice = service.with_token(id, &refreshed(&service, &tokens).await.access_token);

    for password in ["", "three small rivulets"] {
        let refused = auth(&alice).enroll_totp(with_password(password)).await;
        assert_refused(&refused, Code::PermissionDenied, "PASSWORD_WRONG");
    }
    auth(&alice).enroll_totp(with_password(PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn an_app_that_is_on_is_not_replaced_unawares() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let again = auth(&alice.user).enroll_totp(with_password(PASSWORD)).await;
    assert_refused(&again, Code::FailedPrecondition, "MFA_ALREADY_ENABLED");
}

#[tokio::test]
async fn whoever_came_by_a_recovery_code_sets_up_another_app_and_the_old_one_counts_until_then() {
    let service = start().await;
    let alice = armed(&service, "alice@example.org").await;
    let lost = challenged(&service, "alice@example.org").await;
    let by_recovery = answer(&lost, MfaMethod::Recovery, &alice.recovery[0]);
    let opened = auth(&service.stranger()).complete_mfa(by_recovery).await.unwrap().into_inner().tokens.unwrap();
    let here = service.with_token(alice.user.id, &opened.access_token);
    let new = enrolled(&here).await;

    let challenge = challenged(&service, "alice@example.org").await;
    let too_early = answer(&challenge, MfaMethod::Totp, &code_of(&new));
    let refused = auth(&service.stranger()).complete_mfa(too_early).await;
    assert_refused(&refused, Code::Unauthenticated, "CODE_WRONG");
    let old = answer(&challenge, MfaMethod::Totp, &code_of(&alice.app));
    auth(&service.stranger()).complete_mfa(old).await.unwrap();

    auth(&here).confirm_totp(ConfirmTotpRequest { code: code_of(&new) }).await.unwrap();
    forget_the_step(&service).await;
    let challenge = challenged(&service, "alice@example.org").await;
    let old = answer(&challenge, MfaMethod::Totp, &code_of(&alice.app));
    let refused = auth(&service.stranger()).complete_mfa(old).await;
    assert_refused(&refused, Code::Unauthenticated, "CODE_WRONG");
    let new = answer(&challenge, MfaMethod::Totp, &code_of(&new));
    auth(&service.stranger()).complete_mfa(new).await.unwrap();
}

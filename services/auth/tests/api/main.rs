//! Auth as its callers see it, on SQLite or (with `AZORA_TEST_POSTGRES`) on Postgres.

#![expect(clippy::unwrap_used, reason = "tests are free to")]

use auth::Auth;
use auth::entity::{
    api_key, audit_log, known_device, mfa_challenge, mfa_settings, revocation, security_event, session, signing_key,
    throttle_counter, token, user, user_profile,
};
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{RecordedRegistration, RegisterRequest, User};
use proto::azora::common::v1::Role;
use shared::testing::{TestChannel, TestService, TestUser, coverage, new_id, outbox};

mod bootstrap;
mod change_email;
mod change_password;
mod complete_mfa;
mod confirm_email_change;
mod confirm_mfa_method;
mod confirm_totp;
mod create_api_key;
mod delete_user;
mod disable_mfa;
mod enroll_mfa_method;
mod enroll_totp;
mod exchange_api_key;
mod get_jwks;
mod get_me;
mod get_mfa_settings;
mod get_profile;
mod get_user;
mod guessing;
mod introspect_token;
mod kill;
mod list_api_keys;
mod list_security_events;
mod list_sessions;
mod list_users;
mod login;
mod logout;
mod mail;
mod reactivate_user;
mod refresh_token;
mod regenerate_recovery_codes;
mod register;
mod request_password_reset;
mod resend_verification;
mod reset_password;
mod resolve_security_event;
mod revoke_api_key;
mod revoke_other_sessions;
mod revoke_session;
mod rotation;
mod send_mfa_code;
mod spending;
mod spent_after_kill;
mod spraying;
mod start_step_up;
mod suspend_user;
mod unlock_user;
mod update_profile;
mod update_user_role;
mod verify_email;
mod watch_revocations;

use login::log_in;

const PASSWORD: &str = "three small rivers";

/// The generated client, signed in as `user`.
fn auth(user: &TestUser) -> AuthServiceClient<TestChannel> {
    AuthServiceClient::new(user.channel())
}

/// Auth with a cheap hash.
async fn start() -> TestService<Auth> {
    TestService::<Auth>::with_settings("bcrypt_cost = 4").await
}

fn registration(email: &str) -> RegisterRequest {
    RegisterRequest {
        request_id: new_id(),
        email: email.into(),
        password: PASSWORD.into(),
        name: "Alice Adams".into(),
        role: Role::Student.into(),
        recorded: None,
    }
}

/// An account whose address is proved.
async fn verified(service: &TestService<Auth>, email: &str) -> User {
    let recorded = Some(RecordedRegistration { email_verified: true });
    let request = RegisterRequest { recorded, ..registration(email) };
    auth(&service.service("seed")).register(request).await.unwrap().into_inner().user.unwrap()
}

/// An administrator's account.
async fn admin(service: &TestService<Auth>, email: &str) -> User {
    let account = verified(service, email).await;
    let request = update_user_role::promotion(&account.id, Role::Admin);
    auth(&service.admin("root")).update_user_role(request).await.unwrap().into_inner().user.unwrap()
}

/// The messages of one kind that were sent: `verify`, `reset`, `code` ..
fn messages(service: &TestService<Auth>, kind: &str) -> Vec<String> {
    // The id of a user follows: all of this millennium's begin with 0.
    outbox::messages(service.data_dir(), &format!("{kind}-0"))
}

/// The tokens in the messages of one kind that were sent.
fn mails(service: &TestService<Auth>, kind: &str) -> Vec<String> {
    messages(service, kind).iter().map(|message| outbox::token(message)).collect()
}

/// Somebody with the access token that a login gave.
async fn signed_in(service: &TestService<Auth>, email: &str) -> TestUser {
    let account = verified(service, email).await;
    let tokens = log_in(service, email, PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    service.with_token(uuid::Uuid::parse_str(&account.id).unwrap().into(), &tokens.access_token)
}

#[tokio::test]
async fn every_rpc_is_guarded_and_has_a_test_file() {
    coverage::contract::<Auth>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    coverage::schema::<Auth>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn every_entity_matches_its_table() {
    let service = start().await;
    coverage::entity::<api_key::Entity>(&service).await;
    coverage::entity::<audit_log::Entity>(&service).await;
    coverage::entity::<known_device::Entity>(&service).await;
    coverage::entity::<mfa_challenge::Entity>(&service).await;
    coverage::entity::<mfa_settings::Entity>(&service).await;
    coverage::entity::<revocation::Entity>(&service).await;
    coverage::entity::<security_event::Entity>(&service).await;
    coverage::entity::<session::Entity>(&service).await;
    coverage::entity::<signing_key::Entity>(&service).await;
    coverage::entity::<throttle_counter::Entity>(&service).await;
    coverage::entity::<token::Entity>(&service).await;
    coverage::entity::<user::Entity>(&service).await;
    coverage::entity::<user_profile::Entity>(&service).await;
}

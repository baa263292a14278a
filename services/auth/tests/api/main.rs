//! Auth as its callers see it, on SQLite or (with `AZORA_TEST_POSTGRES`) on Postgres.

#![expect(clippy::unwrap_used, reason = "tests are free to")]

use auth::Auth;
use auth::entity::{audit_log, mfa_challenge, mfa_settings, session, signing_key, token, user, user_profile};
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{RecordedRegistration, RegisterRequest, User};
use proto::azora::common::v1::Role;
use shared::testing::{TestChannel, TestService, TestUser, coverage, new_id};

mod change_password;
mod exchange_api_key;
mod get_jwks;
mod get_me;
mod get_profile;
mod get_user;
mod kill;
mod list_sessions;
mod list_users;
mod login;
mod logout;
mod reactivate_user;
mod refresh_token;
mod register;
mod request_password_reset;
mod resend_verification;
mod reset_password;
mod revoke_other_sessions;
mod revoke_session;
mod suspend_user;
mod unlock_user;
mod update_profile;
mod update_user_role;
mod verify_email;

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

/// The tokens in the messages of one kind that were sent.
fn mails(service: &TestService<Auth>, kind: &str) -> Vec<String> {
    let Ok(folder) = std::fs::read_dir(service.data_dir().join("mail")) else { return Vec::new() };
    let files = folder.map(|file| file.unwrap()).filter(|file| file.file_name().to_string_lossy().starts_with(kind));
    let texts = files.map(|file| std::fs::read_to_string(file.path()).unwrap());
    texts.map(|text| text.split("token: ").nth(1).unwrap().trim().to_owned()).collect()
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
    coverage::entity::<audit_log::Entity>(&service).await;
    coverage::entity::<mfa_challenge::Entity>(&service).await;
    coverage::entity::<mfa_settings::Entity>(&service).await;
    coverage::entity::<session::Entity>(&service).await;
    coverage::entity::<signing_key::Entity>(&service).await;
    coverage::entity::<token::Entity>(&service).await;
    coverage::entity::<user::Entity>(&service).await;
    coverage::entity::<user_profile::Entity>(&service).await;
}

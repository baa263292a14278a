//! What an account loses is lost everywhere: older sessions of every kind are dead in all nine services within five seconds,
//! and the one that acted goes on.

use std::time::{Duration, Instant};

use proto::azora::auth::v1::{
    ChangePasswordRequest, ConfirmTotpRequest, CreateApiKeyRequest, EnrollTotpRequest, ExchangeApiKeyRequest,
    LogoutRequest, RequestPasswordResetRequest, ResetPasswordRequest, RevokeApiKeyRequest, RevokeSessionRequest,
    SuspendUserRequest, Tokens, UpdateUserRoleRequest,
};
use proto::azora::common::v1::Role;
use shared::testing::{Place, new_id, outbox};
use totp_rs::{Algorithm, Secret, TOTP};

use crate::people::{PASSWORD, People, started};

const NINE: usize = 9;

/// Everything that lets somebody in: another session, and a key for automation.
struct Older {
    session: Tokens,
    key_id: String,
    key_token: String,
}

impl Older {
    async fn of(people: &People, email: &str) -> Self {
        let session = people.log_in(email, PASSWORD).await;
        let request = CreateApiKeyRequest {
            name: "reports".to_owned(),
            scopes: vec!["audit:read".to_owned()],
            ..CreateApiKeyRequest::default()
        };
        let made = people.auth(&session.access_token).create_api_key(request).await.expect("a key").into_inner();
        let key = ExchangeApiKeyRequest { key: made.key };
        let key_token = people.nobody().exchange_api_key(key).await.expect("a token").into_inner().access_token;
        for token in [&session.access_token, &key_token] {
            assert_eq!(people.let_in(token).await, NINE);
        }
        Self { session, key_id: made.api_key.expect("a key").id, key_token }
    }

    /// All of it is dead.
    async fn is_dead(&self, people: &People, since: Instant) -> Duration {
        people.refresh(&self.session.refresh_token).await.expect_err("an older session goes on");
        let session = people.dead_everywhere(&self.session.access_token, since).await;
        session.max(people.dead_everywhere(&self.key_token, since).await)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_account_loses_is_lost_in_all_nine_services() {
    let place = Place::new().await;
    let running = started(&place, &[]);
    let people = People::of(&running, &place).await;
    let admin = people.administrator(&place).await;
    let mut took = Vec::new();

    // A new password, and a second factor: the session that acts goes on.
    people.register("changes@example.org").await;
    let acting = people.log_in("changes@example.org", PASSWORD).await;
    let older = Older::of(&people, "changes@example.org").await;
    let since = Instant::now();
    let request = ChangePasswordRequest {
        request_id: new_id(),
        current_password: PASSWORD.to_owned(),
        new_password: "seven tall rivers".to_owned(),
    };
    people.auth(&acting.access_token).change_password(request).await.expect("changed");
    took.push(("password change", older.is_dead(&people, since).await));
    let acting = people.refresh(&acting.refresh_token).await.expect("the acting session goes on");
    assert_eq!(people.let_in(&acting.access_token).await, NINE);

    people.register("factor@example.org").await;
    let acting = people.log_in("factor@example.org", PASSWORD).await;
    let older = Older::of(&people, "factor@example.org").await;
    let mut client = people.auth(&acting.access_token);
    let made = client.enroll_totp(EnrollTotpRequest::default()).await.expect("a secret").into_inner();
    let secret = Secret::Encoded(made.secret).to_bytes().expect("base32");
    let app = TOTP::new(Algorithm::SHA1, 6, 0, 30, secret, None, String::new()).expect("an app");
    let since = Instant::now();
    let code = app.generate_current().expect("a clock");
    client.confirm_totp(ConfirmTotpRequest { code }).await.expect("confirmed");
    took.push(("factor change", older.is_dead(&people, since).await));
    let acting = people.refresh(&acting.refresh_token).await.expect("the acting session goes on");
    assert_eq!(people.let_in(&acting.access_token).await, NINE);

    // What comes from elsewhere ends every session.
    people.register("reset@example.org").await;
    let older = Older::of(&people, "reset@example.org").await;
    let asked = RequestPasswordResetRequest { request_id: new_id(), email: "reset@example.org".to_owned() };
    people.nobody().request_password_reset(asked).await.expect("asked");
    let since = Instant::now();
    let request = ResetPasswordRequest {
        request_id: new_id(),
        token: outbox::token(&outbox::messages(place.folder.path(), "reset-").remove(0)),
        new_password: "seven tall rivers".to_owned(),
    };
    people.nobody().reset_password(request).await.expect("reset");
    took.push(("password reset", older.is_dead(&people, since).await));

    let demoted = people.register("role@example.org").await;
    let older = Older::of(&people, "role@example.org").await;
    let since = Instant::now();
    let role = UpdateUserRoleRequest { request_id: new_id(), user_id: demoted.id, role: Role::Educator.into() };
    people.auth(&admin.access_token).update_user_role(role).await.expect("another role");
    took.push(("role change", older.is_dead(&people, since).await));

    let suspended = people.register("suspended@example.org").await;
    let older = Older::of(&people, "suspended@example.org").await;
    let since = Instant::now();
    let request = SuspendUserRequest { request_id: new_id(), user_id: suspended.id };
    people.auth(&admin.access_token).suspend_user(request).await.expect("suspended");
    took.push(("suspension", older.is_dead(&people, since).await));

    // One thing at a time.
    people.register("single@example.org").await;
    let acting = people.log_in("single@example.org", PASSWORD).await;
    let older = Older::of(&people, "single@example.org").await;
    let mut client = people.auth(&acting.access_token);
    let since = Instant::now();
    let key = RevokeApiKeyRequest { request_id: new_id(), api_key_id: older.key_id.clone() };
    client.revoke_api_key(key).await.expect("revoked");
    took.push(("API key", people.dead_everywhere(&older.key_token, since).await));
    let since = Instant::now();
    let session = older.session.session_id.clone();
    client.revoke_session(RevokeSessionRequest { request_id: new_id(), session_id: session }).await.expect("revoked");
    took.push(("session elsewhere", people.dead_everywhere(&older.session.access_token, since).await));
    assert_eq!(people.let_in(&acting.access_token).await, NINE);
    let since = Instant::now();
    client.logout(LogoutRequest { request_id: new_id() }).await.expect("logged out");
    took.push(("logout", people.dead_everywhere(&acting.access_token, since).await));

    for (cause, time) in took {
        println!("{cause}: dead in all nine services after {} ms", time.as_millis());
    }
}

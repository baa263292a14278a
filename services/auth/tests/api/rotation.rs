//! Keys are replaced while people log in and sessions go on: nobody notices.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration as Wait;

use auth::Auth;
use auth::entity::{mfa_settings, session, signing_key, user};
use chrono::Duration;
use proto::azora::auth::v1::{GetJwksRequest, GetMeRequest, LoginRequest, RefreshTokenRequest, Tokens};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::clock;
use shared::testing::{TestService, TestUser};

use crate::enroll_totp::enrolled;
use crate::{PASSWORD, auth, log_in, signed_in, start, verified};

const ROTATIONS: usize = 5;

async fn opened(service: &TestService<Auth>, email: &str) -> Tokens {
    log_in(service, email, PASSWORD).await.unwrap().into_inner().tokens.unwrap()
}

/// A session that goes on, as a client keeps it.
struct Going {
    nobody: TestUser,
    tokens: Tokens,
}

impl Going {
    async fn on(&mut self, service: &TestService<Auth>) {
        let alice = service.with_token(shared::id::UserId::default(), &self.tokens.access_token);
        auth(&alice).get_me(GetMeRequest {}).await.unwrap();
        let request = RefreshTokenRequest { refresh_token: self.tokens.refresh_token.clone(), proof: None };
        let answer = auth(&self.nobody).refresh_token(request).await.unwrap();
        self.tokens = answer.into_inner().tokens.unwrap();
    }
}

/// Waits for what the background does.
async fn until(what: impl AsyncFn() -> bool) {
    for _ in 0..400 {
        if what().await {
            return;
        }
        tokio::time::sleep(Wait::from_millis(50)).await;
    }
    unreachable!("it does not happen");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_ring_is_replaced_while_sessions_and_logins_go_on() {
    let service = start().await;
    let bob = signed_in(&service, "bob@example.org").await;
    let _secret = enrolled(&bob).await;
    verified(&service, "alice@example.org").await;
    let mut going = Going { nobody: service.stranger(), tokens: opened(&service, "alice@example.org").await };
    let device = going.tokens.device_token.clone();
    for _ in 0..ROTATIONS {
        let id = service.keys().rotate();
        going.on(&service).await;
        let known = LoginRequest {
            email: "alice@example.org".into(),
            password: PASSWORD.into(),
            device_token: device.clone(),
            ..LoginRequest::default()
        };
        let again = auth(&service.stranger()).login(known).await.unwrap().into_inner().tokens.unwrap();
        assert_eq!(again.device_token, "", "the device is still known");
        let hash = user::Entity::find().filter(user::Column::Email.eq("alice@example.org"));
        let hash = hash.one(service.connection()).await.unwrap().unwrap().password_hash.unwrap();
        assert!(hash.starts_with(&format!("b1${id}$")), "{hash}");
        going.on(&service).await;

        until(async || {
            let keys = service.keys();
            let sessions = session::Entity::find().all(service.connection()).await.unwrap();
            let factors = mfa_settings::Entity::find().all(service.connection()).await.unwrap();
            let signing = signing_key::Entity::find().all(service.connection()).await.unwrap();
            let mut sealed = sessions.iter().map(|row| &row.refresh_key);
            let mut secrets = factors.iter().filter_map(|row| row.totp_secret.as_ref());
            let mut private = signing.iter().filter_map(|row| row.private_key.as_ref());
            sealed.all(|value| keys.is_current(value))
                && secrets.all(|value| keys.is_current(value))
                && private.all(|value| keys.is_current(value))
        })
        .await;
        going.on(&service).await;
    }
    // What was sealed by the keys before is not needed any more.
    service.keys().forget_standby();
    going.on(&service).await;
    opened(&service, "alice@example.org").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_signing_key_is_replaced_while_sessions_go_on() {
    let service = Arc::new(start().await);
    verified(&service, "alice@example.org").await;
    let mut going = Going { nobody: service.stranger(), tokens: opened(&service, "alice@example.org").await };
    let over = Arc::new(AtomicBool::new(false));
    let client = {
        let (service, over) = (Arc::clone(&service), Arc::clone(&over));
        tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                going.on(&service).await;
                tokio::time::sleep(Wait::from_millis(20)).await;
            }
        })
    };
    let keys = async || signing_key::Entity::find().all(service.connection()).await.unwrap();
    for round in 0..ROTATIONS {
        let active = keys().await.into_iter().find(|key| key.state == "active").unwrap().kid;
        // As if a month had passed.
        let before = Expr::value(clock::now() - Duration::days(31));
        let aged = signing_key::Entity::update_many()
            .col_expr(signing_key::Column::NotBefore, before)
            .filter(signing_key::Column::Kid.eq(&active));
        aged.exec(service.connection()).await.unwrap();
        until(async || keys().await.iter().any(|key| key.state == "next")).await;
        let published = auth(&service.stranger()).get_jwks(GetJwksRequest {}).await.unwrap().into_inner().keys;
        assert!(published.len() >= 2 + round.min(1), "the next key is published before it signs");
        let soon = Expr::value(clock::now() - Duration::minutes(10));
        let known = signing_key::Entity::update_many()
            .col_expr(signing_key::Column::CreatedAt, soon)
            .filter(signing_key::Column::State.eq("next"));
        known.exec(service.connection()).await.unwrap();
        until(async || keys().await.iter().any(|key| key.state == "active" && key.kid != active)).await;
        let retired = keys().await.into_iter().find(|key| key.kid == active).unwrap();
        assert_eq!((retired.state.as_str(), retired.private_key), ("retired", None), "it signs no more");
    }
    over.store(true, Ordering::Relaxed);
    client.await.unwrap();

    // Once the last token of a key is dead, the key is forgotten.
    let long_ago = Expr::value(clock::now() - Duration::minutes(21));
    let retired = signing_key::Entity::update_many()
        .col_expr(signing_key::Column::RetiredAt, long_ago)
        .filter(signing_key::Column::State.eq("retired"));
    retired.exec(service.connection()).await.unwrap();
    until(async || keys().await.len() == 1).await;
}

use auth::Auth;
use auth::entity::{api_key, security_event, user};
use chrono::Duration;
use proto::azora::auth::v1::{
    ExchangeApiKeyRequest, ExchangeApiKeyResponse, GetMeRequest, ListApiKeysRequest, ListSecurityEventsRequest,
    ListUsersRequest, SecurityEventType, Severity, UpdateProfileRequest,
};
use proto::azora::common::v1::Role;
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, EntityTrait};
use sha2::{Digest, Sha256};
use shared::clock;
use shared::testing::{TestService, TestUser, assert_refused, new_id};
use tonic::{Code, Response, Status};

use crate::create_api_key::a_key;
use crate::{auth, signed_in, start};

pub async fn exchange(service: &TestService<Auth>, key: &str) -> Result<Response<ExchangeApiKeyResponse>, Status> {
    auth(&service.stranger()).exchange_api_key(ExchangeApiKeyRequest { key: key.to_owned() }).await
}

/// The owner of a key, as the token says that the key was exchanged for.
pub async fn exchanged(service: &TestService<Auth>, owner: &TestUser, key: &str) -> TestUser {
    service.with_token(owner.id, &exchange(service, key).await.unwrap().into_inner().access_token)
}

fn key() -> String {
    format!("azk_seed_{}", "7".repeat(64))
}

async fn with_a_key() -> TestService<Auth> {
    let folder = std::env::temp_dir().join(shared::random::hex::<8>());
    let hash = shared::random::to_hex(&Sha256::digest(key()));
    std::fs::write(&folder, format!("[keys]\nseed = [\"{hash}\"]\n")).unwrap();
    let settings = format!("bcrypt_cost = 4\nservice_keys_file = \"{}\"", folder.display());
    let service = TestService::<Auth>::with_settings(&settings).await;
    std::fs::remove_file(folder).unwrap();
    service
}

#[tokio::test]
async fn a_services_key_gives_a_services_token() {
    let service = with_a_key().await;
    let request = ExchangeApiKeyRequest { key: key() };
    let token = auth(&service.stranger()).exchange_api_key(request).await.unwrap().into_inner().access_token;
    let seed = service.with_token(shared::id::UserId::default(), &token);
    let me = auth(&seed).get_me(GetMeRequest {}).await.unwrap().into_inner().user.unwrap();
    assert_eq!((me.name.as_str(), me.role()), ("seed", Role::Service));
    auth(&seed).list_users(ListUsersRequest::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_asks_many_times_at_its_first_start_has_one_account() {
    let service = with_a_key().await;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let mut client = auth(&service.stranger());
        asking.spawn(async move { client.exchange_api_key(ExchangeApiKeyRequest { key: key() }).await.unwrap() });
    }
    asking.join_all().await;
    assert_eq!(user::Entity::find().all(service.connection()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_suspended_service_gets_no_token() {
    let service = with_a_key().await;
    let request = ExchangeApiKeyRequest { key: key() };
    auth(&service.stranger()).exchange_api_key(request.clone()).await.unwrap();
    service.connection().execute_unprepared("UPDATE users SET status = 'suspended'").await.unwrap();
    let refused = auth(&service.stranger()).exchange_api_key(request).await;
    assert_refused(&refused, Code::Unauthenticated, "BAD_CREDENTIALS");
}

#[tokio::test]
async fn any_other_key_is_refused() {
    let service = with_a_key().await;
    for key in [key().replace('7', "8"), key().replace("seed", "mint"), "azk_seed_".to_owned(), "x".to_owned()] {
        let refused = auth(&service.stranger()).exchange_api_key(ExchangeApiKeyRequest { key }).await;
        assert_refused(&refused, Code::Unauthenticated, "BAD_CREDENTIALS");
    }
}

#[tokio::test]
async fn a_persons_key_gives_a_token_of_its_scopes() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let (key, _) = a_key(&alice, &["auth:read"]).await;
    let robot = exchanged(&service, &alice, &key).await;

    let me = auth(&robot).get_me(GetMeRequest {}).await.unwrap().into_inner().user.unwrap();
    assert_eq!((me.role(), me.id), (Role::Student, alice.id.to_string()));
    let change = UpdateProfileRequest { request_id: new_id(), bio: "I learn.".into(), ..Default::default() };
    assert_refused(&auth(&robot).update_profile(change).await, Code::PermissionDenied, "SCOPE_REQUIRED");

    let (key, _) = a_key(&alice, &["mint:read"]).await;
    let robot = exchanged(&service, &alice, &key).await;
    assert_refused(&auth(&robot).get_me(GetMeRequest {}).await, Code::PermissionDenied, "SCOPE_REQUIRED");
}

#[tokio::test]
async fn a_suspended_owners_key_opens_nothing() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let (key, _) = a_key(&alice, &["mint:read"]).await;
    service.connection().execute_unprepared("UPDATE users SET status = 'suspended'").await.unwrap();
    assert_refused(&exchange(&service, &key).await, Code::Unauthenticated, "BAD_CREDENTIALS");
    service.connection().execute_unprepared("UPDATE users SET status = 'active'").await.unwrap();
    exchange(&service, &key).await.unwrap();
}

#[tokio::test]
async fn the_use_of_a_key_is_noted_once_a_minute() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let (key, known) = a_key(&alice, &["mint:read"]).await;
    assert_eq!(known.last_used_at, None);
    let used_at = async || {
        exchange(&service, &key).await.unwrap();
        let listed = auth(&alice).list_api_keys(ListApiKeysRequest::default()).await.unwrap().into_inner();
        listed.api_keys[0].last_used_at.unwrap()
    };
    let first = used_at().await;
    assert_eq!(used_at().await, first);

    let earlier = Expr::value(clock::now() - Duration::seconds(61));
    let aged = api_key::Entity::update_many().col_expr(api_key::Column::LastUsedAt, earlier);
    aged.exec(service.connection()).await.unwrap();
    let later = used_at().await;
    assert!((later.seconds, later.nanos) > (first.seconds, first.nanos));
}

#[tokio::test]
async fn a_key_that_has_ended_opens_nothing_and_is_reported_once_an_hour() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let (key, _) = a_key(&alice, &["mint:read"]).await;
    let past = Expr::value(clock::now() - Duration::seconds(1));
    let ended = api_key::Entity::update_many().col_expr(api_key::Column::ExpiresAt, past);
    ended.exec(service.connection()).await.unwrap();
    let reports = async || {
        for _ in 0..2 {
            assert_refused(&exchange(&service, &key).await, Code::Unauthenticated, "BAD_CREDENTIALS");
        }
        let of_keys =
            ListSecurityEventsRequest { r#type: SecurityEventType::ApiKeyMisuse.into(), ..Default::default() };
        auth(&service.admin("root")).list_security_events(of_keys).await.unwrap().into_inner().events
    };
    let first = reports().await;
    assert_eq!(first.len(), 1);
    assert_eq!((first[0].user_id.clone(), first[0].severity()), (alice.id.to_string(), Severity::Medium));

    let earlier = Expr::value(clock::now() - Duration::minutes(61));
    let aged = security_event::Entity::update_many().col_expr(security_event::Column::CreatedAt, earlier);
    aged.exec(service.connection()).await.unwrap();
    assert_eq!(reports().await.len(), 2);
}

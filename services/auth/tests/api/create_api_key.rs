use auth::Auth;
use auth::entity::api_key;
use chrono::Duration;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{ApiKey, CreateApiKeyRequest, ListApiKeysRequest, RevokeApiKeyRequest};
use sea_orm::EntityTrait;
use sha2::{Digest, Sha256};
use shared::clock;
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tokio::task::JoinSet;
use tonic::Code;

use crate::exchange_api_key::exchanged;
use crate::{auth, signed_in, start};

pub fn wanted(name: &str, scopes: &[&str]) -> CreateApiKeyRequest {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    CreateApiKeyRequest { name: name.into(), scopes, expires_at: None }
}

/// A key of somebody's, and what is known of it.
pub async fn a_key(owner: &TestUser, scopes: &[&str]) -> (String, ApiKey) {
    let made = auth(owner).create_api_key(wanted("robot", scopes)).await.unwrap().into_inner();
    (made.key, made.api_key.unwrap())
}

#[tokio::test]
async fn a_key_is_shown_once_and_its_digest_is_kept() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let (key, known) = a_key(&alice, &["mint:read", "audit:read"]).await;
    service.audit_ends_with("auth.api_key.create", Outcome::Ok, &alice).await;

    let parts: Vec<&str> = key.split('_').collect();
    assert_eq!((parts.len(), parts[0], parts[1].len(), parts[2].len()), (3, "azk", 8, 64));
    assert_eq!(known.prefix, key[..12]);
    assert_eq!(known.scopes, ["mint:read", "audit:read"]);
    let row = api_key::Entity::find().one(service.connection()).await.unwrap().unwrap();
    assert_eq!(row.key_hash, Sha256::digest(&key).to_vec());
    assert_eq!(row.expires_at, Some(row.created_at + Duration::days(90)));
    let listed = auth(&alice).list_api_keys(ListApiKeysRequest::default()).await.unwrap().into_inner();
    assert_eq!(listed.api_keys, [known]);
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let expires_at = Some(clock::to_proto(clock::now() - Duration::minutes(1)));
    let scopes = ["mint:read", "auth:write", "mint:read", "mint:delete", "bank:read", "mint", ""];
    let request = CreateApiKeyRequest { expires_at, ..wanted(" ", &scopes) };
    let bad = ["name", "scopes[1]", "scopes[2]", "scopes[3]", "scopes[4]", "scopes[5]", "scopes[6]", "expires_at"];
    assert_fields(&auth(&alice).create_api_key(request).await, &bad);

    let expires_at = Some(clock::to_proto(clock::now() + Duration::days(366)));
    let request = CreateApiKeyRequest { expires_at, ..wanted("robot", &[]) };
    assert_fields(&auth(&alice).create_api_key(request).await, &["scopes", "expires_at"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_keys_work_at_a_time_than_are_allowed() {
    let service = TestService::<Auth>::with_settings("bcrypt_cost = 4\napi_keys_per_user = 3").await;
    let alice = signed_in(&service, "alice@example.org").await;
    let mut asking = JoinSet::new();
    for number in 0..8 {
        let mut client = AuthServiceClient::new(alice.channel());
        asking.spawn(async move { client.create_api_key(wanted(&format!("robot {number}"), &["mint:read"])).await });
    }
    let made: Vec<_> = asking.join_all().await.into_iter().filter_map(Result::ok).collect();
    assert_eq!(made.len(), 3);
    let refused = auth(&alice).create_api_key(wanted("robot", &["mint:read"])).await;
    assert_refused(&refused, Code::FailedPrecondition, "API_KEYS_TOO_MANY");

    let api_key_id = made[0].get_ref().api_key.clone().unwrap().id;
    auth(&alice).revoke_api_key(RevokeApiKeyRequest { request_id: new_id(), api_key_id }).await.unwrap();
    a_key(&alice, &["mint:read"]).await;
}

#[tokio::test]
async fn a_key_makes_no_keys() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let (key, _) = a_key(&alice, &["auth:read", "mint:write"]).await;
    let robot = exchanged(&service, &alice, &key).await;
    let refused = auth(&robot).create_api_key(wanted("another", &["mint:read"])).await;
    assert_refused(&refused, Code::PermissionDenied, "SCOPE_REQUIRED");
}

use auth::entity::revocation;
use proto::azora::auth::v1::{IntrospectTokenRequest, RevokeApiKeyRequest};
use sea_orm::EntityTrait;
use shared::testing::{Outcome, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::create_api_key::a_key;
use crate::exchange_api_key::exchange;
use crate::{auth, signed_in, start};

fn ending(api_key_id: &str) -> RevokeApiKeyRequest {
    RevokeApiKeyRequest { request_id: new_id(), api_key_id: api_key_id.into() }
}

#[tokio::test]
async fn a_key_ends_and_the_tokens_it_was_exchanged_for() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let (key, known) = a_key(&alice, &["mint:read"]).await;
    let token = exchange(&service, &key).await.unwrap().into_inner().access_token;
    let asking = IntrospectTokenRequest { token };
    let mint = service.service("mint");
    let before = auth(&mint).introspect_token(asking.clone()).await.unwrap().into_inner();
    assert_eq!((before.active, &before.session_id), (true, &known.id));

    let ended = auth(&alice).revoke_api_key(ending(&known.id)).await.unwrap().into_inner().api_key.unwrap();
    assert!(ended.revoked_at.is_some());
    service.audit_ends_with("auth.api_key.revoke", Outcome::Ok, &alice).await;

    assert!(!auth(&mint).introspect_token(asking).await.unwrap().into_inner().active);
    let told = revocation::Entity::find().all(service.connection()).await.unwrap();
    let told: Vec<_> = told.into_iter().filter_map(|row| row.session_id).map(|id| id.to_string()).collect();
    assert_eq!(told, [known.id]);
    assert_refused(&exchange(&service, &key).await, Code::Unauthenticated, "BAD_CREDENTIALS");
}

#[tokio::test]
async fn keys_that_have_ended_or_are_somebody_elses_are_not_there() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let bob = signed_in(&service, "bob@example.org").await;
    let (_, known) = a_key(&alice, &["mint:read"]).await;
    assert_refused(&auth(&bob).revoke_api_key(ending(&known.id)).await, Code::NotFound, "NOT_FOUND");
    auth(&alice).revoke_api_key(ending(&known.id)).await.unwrap();
    assert_refused(&auth(&alice).revoke_api_key(ending(&known.id)).await, Code::NotFound, "NOT_FOUND");
    assert_fields(&auth(&alice).revoke_api_key(ending("x")).await, &["api_key_id"]);
}

use proto::azora::auth::v1::{ListApiKeysRequest, RevokeApiKeyRequest};
use shared::testing::new_id;

use crate::create_api_key::a_key;
use crate::{auth, signed_in, start};

#[tokio::test]
async fn own_keys_come_newest_first_page_by_page_the_ended_ones_too() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let bob = signed_in(&service, "bob@example.org").await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(a_key(&alice, &["mint:read"]).await.1.id);
    }
    a_key(&bob, &["mint:read"]).await;
    let ended = RevokeApiKeyRequest { request_id: new_id(), api_key_id: made[0].clone() };
    auth(&alice).revoke_api_key(ended).await.unwrap();

    let first = ListApiKeysRequest { page_size: 2, ..Default::default() };
    let first = auth(&alice).list_api_keys(first).await.unwrap().into_inner();
    let second = ListApiKeysRequest { page_size: 2, page_token: first.next_page_token.clone() };
    let second = auth(&alice).list_api_keys(second).await.unwrap().into_inner();
    let listed: Vec<_> = first.api_keys.iter().chain(&second.api_keys).map(|key| key.id.clone()).collect();
    made.reverse();
    assert_eq!(listed, made);
    assert!(second.api_keys[0].revoked_at.is_some() && first.api_keys[0].revoked_at.is_none());
    assert_eq!(second.next_page_token, "");
}

use auth::Auth;
use proto::azora::auth::v1::{ExchangeApiKeyRequest, GetMeRequest, ListUsersRequest};
use proto::azora::common::v1::Role;
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};
use shared::testing::{TestService, assert_refused};
use tonic::Code;

use crate::auth;

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

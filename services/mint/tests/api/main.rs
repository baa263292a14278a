//! Mint as its callers see it, on SQLite or (with `AZORA_TEST_POSTGRES`) on Postgres.

use mint::Mint;
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use shared::testing::{TestChannel, TestService, TestUser, coverage};

mod create_wallet;

/// The generated client, signed in as `user`.
fn mint(user: &TestUser) -> MintServiceClient<TestChannel> {
    MintServiceClient::new(user.channel())
}

#[tokio::test]
async fn every_rpc_is_guarded_and_has_a_test_file() {
    coverage::contract::<Mint>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    coverage::schema::<Mint>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn every_entity_matches_its_table() {
    let mint = TestService::<Mint>::start().await;
    coverage::entity::<mint::entity::wallet::Entity>(&mint).await;
}

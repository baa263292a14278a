//! Health as its callers see it, on SQLite or (with `AZORA_TEST_POSTGRES`) on Postgres.

use health::Health;
use health::entity::{constitutional_log, log, service};
use proto::azora::health::v1::health_service_client::HealthServiceClient;
use shared::testing::{TestChannel, TestService, TestUser, coverage};

mod list_services;
mod query_logs;
mod register_service;
mod write_logs;

/// The generated client, signed in as `user`.
fn health(user: &TestUser) -> HealthServiceClient<TestChannel> {
    HealthServiceClient::new(user.channel())
}

#[tokio::test]
async fn every_rpc_is_guarded_and_has_a_test_file() {
    coverage::contract::<Health>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    coverage::schema::<Health>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn every_entity_matches_its_table() {
    let service = TestService::<Health>::start().await;
    coverage::entity::<constitutional_log::Entity>(&service).await;
    coverage::entity::<log::Entity>(&service).await;
    coverage::entity::<service::Entity>(&service).await;
}

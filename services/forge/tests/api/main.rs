//! Forge as its callers see it, on SQLite or (with `AZORA_TEST_POSTGRES`) on Postgres.

#![expect(clippy::unwrap_used, reason = "tests are free to")]

use forge::Forge;
use forge::entity::{application, contract, dispute, job, job_skill, milestone, profile_skill, skill_profile};
use proto::azora::forge::v1::forge_service_client::ForgeServiceClient;
use shared::testing::{TestChannel, TestService, TestUser, coverage};

mod create_job;
mod get_job;
mod get_skill_profile;
mod list_jobs;
mod search_jobs;
mod update_skill_profile;

/// The generated client, signed in as `user`.
fn forge(user: &TestUser) -> ForgeServiceClient<TestChannel> {
    ForgeServiceClient::new(user.channel())
}

#[tokio::test]
async fn every_rpc_is_guarded_and_has_a_test_file() {
    coverage::contract::<Forge>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    coverage::schema::<Forge>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn every_entity_matches_its_table() {
    let service = TestService::<Forge>::start().await;
    coverage::entity::<application::Entity>(&service).await;
    coverage::entity::<contract::Entity>(&service).await;
    coverage::entity::<dispute::Entity>(&service).await;
    coverage::entity::<job::Entity>(&service).await;
    coverage::entity::<job_skill::Entity>(&service).await;
    coverage::entity::<milestone::Entity>(&service).await;
    coverage::entity::<profile_skill::Entity>(&service).await;
    coverage::entity::<skill_profile::Entity>(&service).await;
}

//! Family as its callers see it, on SQLite or (with `AZORA_TEST_POSTGRES`) on Postgres.

#![expect(clippy::unwrap_used, reason = "tests are free to")]

use family::Family;
use family::entity::{conversation, family_interaction, family_member, message};
use proto::azora::family::v1::family_service_client::FamilyServiceClient;
use shared::testing::{TestChannel, TestService, TestUser, coverage};

mod delete_conversation;
mod get_conversation;
mod get_kin;
mod get_member;
mod list_conversations;
mod list_members;
mod list_messages;
mod list_relationships;
mod start_conversation;

/// The generated client, signed in as `user`.
fn family(user: &TestUser) -> FamilyServiceClient<TestChannel> {
    FamilyServiceClient::new(user.channel())
}

#[tokio::test]
async fn every_rpc_is_guarded_and_has_a_test_file() {
    coverage::contract::<Family>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    coverage::schema::<Family>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn every_entity_matches_its_table() {
    let service = TestService::<Family>::start().await;
    coverage::entity::<conversation::Entity>(&service).await;
    coverage::entity::<family_interaction::Entity>(&service).await;
    coverage::entity::<family_member::Entity>(&service).await;
    coverage::entity::<message::Entity>(&service).await;
}

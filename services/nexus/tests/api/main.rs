//! Nexus as its callers see it, on SQLite or (with `AZORA_TEST_POSTGRES`) on Postgres.

#![expect(clippy::unwrap_used, reason = "tests are free to")]

use nexus::Nexus;
use proto::azora::nexus::v1::nexus_service_client::NexusServiceClient;
use proto::azora::nexus::v1::{InteractionKind, ItemType, NewInteraction, RecordInteractionsRequest};
use shared::testing::{TestChannel, TestService, TestUser, coverage, new_id};

mod get_user_profile;
mod list_interactions;
mod record_interactions;
mod update_preferences;

/// The generated client, signed in as `user`.
fn nexus(user: &TestUser) -> NexusServiceClient<TestChannel> {
    NexusServiceClient::new(user.channel())
}

/// An act with a course.
fn act(kind: InteractionKind) -> NewInteraction {
    NewInteraction {
        item_id: "python".into(),
        item_type: ItemType::Course.into(),
        kind: kind.into(),
        ..Default::default()
    }
}

/// A request that records these acts of `user`.
fn acts(user: &TestUser, interactions: Vec<NewInteraction>) -> RecordInteractionsRequest {
    RecordInteractionsRequest { request_id: new_id(), interactions, user_id: user.id.to_string() }
}

#[tokio::test]
async fn every_rpc_is_guarded_and_has_a_test_file() {
    coverage::contract::<Nexus>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    coverage::schema::<Nexus>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn every_entity_matches_its_table() {
    let service = TestService::<Nexus>::start().await;
    coverage::entity::<nexus::entity::user_profile::Entity>(&service).await;
    coverage::entity::<nexus::entity::recommendation::Entity>(&service).await;
    coverage::entity::<nexus::entity::interaction::Entity>(&service).await;
    coverage::entity::<nexus::entity::audit_log::Entity>(&service).await;
}

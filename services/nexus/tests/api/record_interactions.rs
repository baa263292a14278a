use nexus::Nexus;
use prost_types::Timestamp;
use proto::azora::nexus::v1::nexus_service_client::NexusServiceClient;
use proto::azora::nexus::v1::{
    Interaction, InteractionKind, ListInteractionsRequest, NewInteraction, RecordInteractionsRequest,
};
use shared::clock;
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused};
use tonic::Code;

use crate::{act, acts, nexus};

const DAY: i64 = 24 * 60 * 60;

/// So many seconds from now.
fn from_now(seconds: i64) -> Option<Timestamp> {
    let now = clock::to_proto(clock::now());
    Some(Timestamp { seconds: now.seconds + seconds, ..now })
}

async fn recorded(user: &TestUser) -> Vec<Interaction> {
    nexus(user).list_interactions(ListInteractionsRequest::default()).await.unwrap().into_inner().interactions
}

#[tokio::test]
async fn acts_are_kept_as_they_were_told() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");
    let at = from_now(-60);
    let view = NewInteraction { value: Some(90.5), at, ..act(InteractionKind::View) };
    let enrol = NewInteraction { at: from_now(-120), ..act(InteractionKind::Enroll) };

    let answer = nexus(&alice).record_interactions(acts(&alice, vec![view, enrol])).await.unwrap().into_inner();

    let kept = recorded(&alice).await;
    assert_eq!(answer.count, 2);
    assert_eq!(kept.iter().map(|one| &one.id).collect::<Vec<_>>(), answer.interaction_ids.iter().collect::<Vec<_>>());
    assert_eq!((kept[0].kind(), kept[0].value), (InteractionKind::View, Some(90.5)));
    assert_eq!(kept[0].occurred_at.map(|moment| moment.seconds), at.map(|moment| moment.seconds));
    assert_eq!((kept[1].kind(), kept[1].value), (InteractionKind::Enroll, None));
    service.audit_ends_with("nexus.interactions.record", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn an_act_without_a_moment_or_ahead_of_ours_is_of_now() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");
    let ahead = NewInteraction { at: from_now(240), ..act(InteractionKind::Click) };

    nexus(&alice).record_interactions(acts(&alice, vec![act(InteractionKind::Like), ahead])).await.unwrap();

    for one in recorded(&alice).await {
        assert_eq!(one.occurred_at, one.created_at);
    }
}

#[tokio::test]
async fn every_bad_field_of_every_act_is_named_at_once() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");
    let bad = vec![
        act(InteractionKind::Like),
        NewInteraction { item_id: " ".into(), ..act(InteractionKind::Like) },
        NewInteraction { item_type: 77, kind: 0, ..act(InteractionKind::Like) },
        NewInteraction { value: Some(6.0), ..act(InteractionKind::Rate) },
        NewInteraction { value: Some(1.0), ..act(InteractionKind::Purchase) },
        act(InteractionKind::Rate),
        NewInteraction { at: from_now(600), ..act(InteractionKind::Like) },
        NewInteraction { at: from_now(-31 * DAY), ..act(InteractionKind::Like) },
    ];

    let refused = nexus(&alice).record_interactions(acts(&alice, bad)).await;

    let paths = [
        "interactions[1].item_id",
        "interactions[2].item_type",
        "interactions[2].kind",
        "interactions[3].value",
        "interactions[4].value",
        "interactions[5].value",
        "interactions[6].at",
        "interactions[7].at",
    ];
    assert_fields(&refused, &paths);
    assert_eq!(recorded(&alice).await, []);
}

#[tokio::test]
async fn a_moment_out_of_bounds_is_refused_and_the_refusal_is_on_record() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");
    let late = NewInteraction { at: from_now(-31 * DAY), ..act(InteractionKind::Like) };

    let refused = nexus(&alice).record_interactions(acts(&alice, vec![act(InteractionKind::Like), late])).await;

    assert_fields(&refused, &["interactions[1].at"]);
    assert_eq!(recorded(&alice).await, []);
    service.audit_ends_with("nexus.interactions.record", Outcome::Refused, &alice).await;
}

#[tokio::test]
async fn two_hundred_are_the_most_and_one_the_least() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");

    for count in [0, 201] {
        let refused = nexus(&alice).record_interactions(acts(&alice, vec![act(InteractionKind::Click); count])).await;
        assert_fields(&refused, &["interactions"]);
    }
    let answer = nexus(&alice).record_interactions(acts(&alice, vec![act(InteractionKind::Click); 200])).await.unwrap();
    assert_eq!(answer.into_inner().count, 200);
}

#[tokio::test]
async fn whoever_names_nobody_means_themselves() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");
    let request =
        RecordInteractionsRequest { user_id: String::new(), ..acts(&alice, vec![act(InteractionKind::Like)]) };

    NexusServiceClient::new(alice.channel().once()).record_interactions(request.clone()).await.unwrap();
    assert_eq!(recorded(&alice).await[0].user_id, alice.id.to_string());

    let nobody = nexus(&service.service("education")).record_interactions(request).await;
    assert_fields(&nobody, &["user_id"]);
}

#[tokio::test]
async fn services_record_for_others_and_people_for_themselves() {
    let service = TestService::<Nexus>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let enrolled = || acts(&alice, vec![act(InteractionKind::Enroll)]);

    nexus(&service.service("education")).record_interactions(enrolled()).await.unwrap();
    let refused = nexus(&bob).record_interactions(enrolled()).await;

    assert_refused(&refused, Code::PermissionDenied, "NOT_OWNER");
    assert_eq!(recorded(&alice).await.len(), 1);
}

use nexus::Nexus;
use proto::azora::nexus::v1::{Interaction, InteractionKind, ListInteractionsRequest};
use shared::testing::{TestService, TestUser, assert_fields, assert_refused};
use tonic::Code;

use crate::{act, acts, nexus};

async fn did(user: &TestUser, kind: InteractionKind) {
    nexus(user).record_interactions(acts(user, vec![act(kind)])).await.unwrap();
}

async fn kinds(user: &TestUser, request: ListInteractionsRequest) -> Vec<InteractionKind> {
    let page = nexus(user).list_interactions(request).await.unwrap().into_inner();
    page.interactions.iter().map(Interaction::kind).collect()
}

#[tokio::test]
async fn the_newest_act_comes_first_page_by_page() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");
    for kind in [InteractionKind::View, InteractionKind::Click, InteractionKind::Enroll] {
        did(&alice, kind).await;
    }

    let request = ListInteractionsRequest { page_size: 2, ..Default::default() };
    let first = nexus(&alice).list_interactions(request.clone()).await.unwrap().into_inner();
    let rest = ListInteractionsRequest { page_token: first.next_page_token.clone(), ..request.clone() };

    assert_eq!(kinds(&alice, request).await, [InteractionKind::Enroll, InteractionKind::Click]);
    assert_eq!(kinds(&alice, rest).await, [InteractionKind::View]);
}

#[tokio::test]
async fn a_kind_narrows_the_list() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");
    did(&alice, InteractionKind::View).await;
    did(&alice, InteractionKind::Like).await;

    let likes = ListInteractionsRequest { kind: InteractionKind::Like.into(), ..Default::default() };
    assert_eq!(kinds(&alice, likes).await, [InteractionKind::Like]);
    let unknown = ListInteractionsRequest { kind: 77, ..Default::default() };
    assert_fields(&nexus(&alice).list_interactions(unknown).await, &["kind"]);
}

#[tokio::test]
async fn people_see_their_own_acts_only() {
    let service = TestService::<Nexus>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    did(&alice, InteractionKind::View).await;
    let of_alice = ListInteractionsRequest { user_id: alice.id.to_string(), ..Default::default() };

    assert_eq!(kinds(&bob, ListInteractionsRequest::default()).await, []);
    let refused = nexus(&bob).list_interactions(of_alice.clone()).await;
    assert_refused(&refused, Code::PermissionDenied, "NOT_OWNER");
    assert_eq!(kinds(&service.admin("root"), of_alice).await, [InteractionKind::View]);
}

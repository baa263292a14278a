use family::Family;
use proto::azora::family::v1::{DeleteConversationRequest, ListConversationsRequest};
use shared::testing::{TestService, assert_refused, new_id};
use tonic::Code;

use crate::family;
use crate::start_conversation::{about, started};

#[tokio::test]
async fn own_conversations_come_latest_first_and_can_be_narrowed() {
    let service = TestService::<Family>::start().await;
    let alice = service.student("alice");
    let first = started(&alice, about("money")).await;
    let second = started(&alice, about("hello")).await;
    started(&service.student("bob"), about("hello")).await;
    let list = async |member: &str| {
        let request = ListConversationsRequest { member: member.into(), ..Default::default() };
        family(&alice).list_conversations(request).await
    };
    let ids = |answer: proto::azora::family::v1::ListConversationsResponse| {
        answer.conversations.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(list("").await.unwrap().into_inner()), [second.id, first.id.clone()]);
    assert_eq!(ids(list("kofi").await.unwrap().into_inner()), [first.id]);
    assert_refused(&list("Nobody").await, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn removed_conversations_are_not_listed() {
    let service = TestService::<Family>::start().await;
    let alice = service.student("alice");
    let conversation_id = started(&alice, about("hello")).await.id;
    let delete = DeleteConversationRequest { request_id: new_id(), conversation_id };
    family(&alice).delete_conversation(delete).await.unwrap();

    let left = family(&alice).list_conversations(ListConversationsRequest::default()).await.unwrap().into_inner();

    assert!(left.conversations.is_empty());
}

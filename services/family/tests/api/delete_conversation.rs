use family::Family;
use proto::azora::family::v1::{DeleteConversationRequest, GetConversationRequest};
use shared::testing::{Outcome, TestService, assert_refused, new_id};
use tonic::Code;

use crate::family;
use crate::start_conversation::{about, started};

#[tokio::test]
async fn a_removed_conversation_is_gone_for_its_owner_too() {
    let service = TestService::<Family>::start().await;
    let alice = service.student("alice");
    let conversation_id = started(&alice, about("hello")).await.id;
    let delete = || DeleteConversationRequest { request_id: new_id(), conversation_id: conversation_id.clone() };
    let foreign = family(&service.student("bob")).delete_conversation(delete()).await;
    assert_refused(&foreign, Code::NotFound, "NOT_FOUND");
    family(&alice).delete_conversation(delete()).await.unwrap();
    service.audit_ends_with("family.conversation.delete", Outcome::Ok, &alice).await;
    let get = GetConversationRequest { conversation_id: conversation_id.clone() };
    assert_refused(&family(&alice).get_conversation(get).await, Code::NotFound, "NOT_FOUND");
    assert_refused(&family(&alice).delete_conversation(delete()).await, Code::NotFound, "NOT_FOUND");
}

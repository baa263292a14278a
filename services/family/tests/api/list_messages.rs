use family::Family;
use proto::azora::family::v1::ListMessagesRequest;
use shared::testing::{TestService, assert_refused};
use tonic::Code;

use crate::family;
use crate::start_conversation::{about, started};

#[tokio::test]
async fn what_was_said_is_for_its_owner_alone() {
    let service = TestService::<Family>::start().await;
    let alice = service.student("alice");
    let conversation_id = started(&alice, about("hello")).await.id;
    let list = ListMessagesRequest { conversation_id, ..Default::default() };
    assert!(family(&alice).list_messages(list.clone()).await.unwrap().into_inner().messages.is_empty());
    assert_refused(&family(&service.student("bob")).list_messages(list).await, Code::NotFound, "NOT_FOUND");
}

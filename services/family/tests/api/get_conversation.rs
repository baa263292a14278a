use family::Family;
use proto::azora::family::v1::GetConversationRequest;
use shared::testing::{TestService, assert_refused};
use tonic::Code;

use crate::family;
use crate::start_conversation::{about, started};

#[tokio::test]
async fn a_conversation_is_for_its_owner_alone() {
    let service = TestService::<Family>::start().await;
    let alice = service.student("alice");
    let get = GetConversationRequest { conversation_id: started(&alice, about("hello")).await.id };
    let own = family(&alice).get_conversation(get.clone()).await.unwrap().into_inner().conversation.unwrap();
    assert_eq!((own.member.as_str(), own.message_count), ("Elara", 0));
    for other in [service.student("bob"), service.admin("root")] {
        assert_refused(&family(&other).get_conversation(get.clone()).await, Code::NotFound, "NOT_FOUND");
    }
}

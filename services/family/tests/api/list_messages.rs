use family::Family;
use family::entity::{conversation, message};
use family::id::{ConversationId, MessageId};
use proto::azora::family::v1::{ListMessagesRequest, MessageRole, Mood};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use shared::clock;
use shared::testing::{TestService, TestUser, assert_fields, assert_refused};
use shared::word::Word;
use tonic::Code;
use uuid::Uuid;

use crate::family;
use crate::start_conversation::{about, started};

/// Lays three messages into a new conversation of `user`, the last one first.
async fn spoken(service: &TestService<Family>, user: &TestUser) -> String {
    let conversation_id = started(user, about("hello")).await.id;
    let id = ConversationId(Uuid::parse_str(&conversation_id).unwrap());
    let begun = conversation::Entity::find_by_id(id).one(service.connection()).await.unwrap().unwrap();
    for (seq, role) in [(3, MessageRole::User), (2, MessageRole::Assistant), (1, MessageRole::User)] {
        let said = message::Model {
            id: MessageId::new(),
            conversation_id: id,
            member_id: begun.member_id,
            user_id: user.id,
            seq,
            role: Word(role),
            content: format!("word {seq}"),
            mood: Word(Mood::Happy),
            compound: Some(0.5),
            ai_generated: role == MessageRole::Assistant,
            metadata: None,
            created_at: clock::now(),
        };
        said.into_active_model().insert(service.connection()).await.unwrap();
    }
    conversation_id
}

#[tokio::test]
async fn what_was_said_comes_in_order_page_by_page() {
    let service = TestService::<Family>::start().await;
    let alice = service.student("alice");
    let conversation_id = spoken(&service, &alice).await;
    let list = ListMessagesRequest { page_size: 2, conversation_id, ..Default::default() };

    let first = family(&alice).list_messages(list.clone()).await.unwrap().into_inner();
    let rest = ListMessagesRequest { page_token: first.next_page_token, ..list };
    let rest = family(&alice).list_messages(rest).await.unwrap().into_inner();

    let both: Vec<_> = first.messages.into_iter().chain(rest.messages).collect();
    assert_eq!(both.iter().map(|one| one.content.as_str()).collect::<Vec<_>>(), ["word 1", "word 2", "word 3"]);
    assert_eq!((both[1].role(), both[1].mood(), both[1].ai_generated), (MessageRole::Assistant, Mood::Happy, true));
    assert_eq!(rest.next_page_token, "");
}

#[tokio::test]
async fn what_was_said_is_for_its_owner_alone() {
    let service = TestService::<Family>::start().await;
    let alice = service.student("alice");
    let conversation_id = spoken(&service, &alice).await;
    let list = ListMessagesRequest { conversation_id, ..Default::default() };
    for other in [service.student("bob"), service.admin("root")] {
        assert_refused(&family(&other).list_messages(list.clone()).await, Code::NotFound, "NOT_FOUND");
    }
    let nameless = ListMessagesRequest { conversation_id: "x".into(), ..list };
    assert_fields(&family(&alice).list_messages(nameless).await, &["conversation_id"]);
}

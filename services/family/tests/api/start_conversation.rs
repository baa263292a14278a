use family::Family;
use proto::azora::family::v1::{Conversation, StartConversationRequest};
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::family;

pub fn about(text: &str) -> StartConversationRequest {
    StartConversationRequest { request_id: new_id(), text: text.into(), ..Default::default() }
}

pub async fn started(user: &TestUser, request: StartConversationRequest) -> Conversation {
    family(user).start_conversation(request).await.unwrap().into_inner().conversation.unwrap()
}

#[tokio::test]
async fn who_answers_follows_from_name_words_and_need() {
    let service = TestService::<Family>::start().await;
    let alice = service.student("alice");
    let named = StartConversationRequest { member: "nexus".into(), ..about("my budget") };
    let urgent = StartConversationRequest { emergency: true, ..about("my budget") };
    assert_eq!(started(&alice, named).await.member, "Nexus");
    assert_eq!(started(&alice, urgent).await.member, "Jabari");
    assert_eq!(started(&alice, about("Help me plan my budgets")).await.member, "Kofi");
    assert_eq!(started(&alice, about("What does history teach?")).await.member, "Sankofa");
    assert_eq!(started(&alice, about("hello")).await.member, "Elara");
    assert_eq!(started(&alice, about("")).await.member, "Elara");
    assert_eq!(started(&alice, about("Is Thembo with Nexus?")).await.member, "Elara");
    service.audit_ends_with("family.conversation.start", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn the_title_is_made_of_the_first_words() {
    let service = TestService::<Family>::start().await;
    let conversation = started(&service.student("alice"), about(&"word ".repeat(50))).await;
    assert_eq!(conversation.title.chars().count(), 59);
}

#[tokio::test]
async fn nobody_and_too_much_are_refused() {
    let service = TestService::<Family>::start().await;
    let alice = service.student("alice");
    let nobody = StartConversationRequest { member: "Nobody".into(), ..about("x") };
    assert_refused(&family(&alice).start_conversation(nobody).await, Code::NotFound, "NOT_FOUND");
    let long = StartConversationRequest { request_id: String::new(), ..about(&"x".repeat(4001)) };
    assert_fields(&family(&alice).start_conversation(long).await, &["request_id", "text"]);
}

#[tokio::test]
async fn conversations_are_for_people_who_are_signed_in() {
    let service = TestService::<Family>::start().await;
    let refused = family(&service.service("nexus")).start_conversation(about("hello")).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

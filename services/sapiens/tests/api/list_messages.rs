use proto::azora::sapiens::v1::{ListMessagesRequest, ListMessagesResponse};
use sapiens::Sapiens;
use shared::testing::{TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{recorded_session, sapiens, session_of, started};

async fn list(user: &TestUser, request: ListMessagesRequest) -> ListMessagesResponse {
    sapiens(user).list_messages(request).await.unwrap().into_inner()
}

fn of_session(id: &str) -> ListMessagesRequest {
    ListMessagesRequest { session_id: id.to_owned(), ..Default::default() }
}

#[tokio::test]
async fn messages_come_in_the_order_in_which_they_were_said() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let session = started(&service.service("seed"), recorded_session(&alice)).await;

    for reader in [alice, service.admin("root"), service.service("education")] {
        let listed = list(&reader, of_session(&session.id)).await;
        let said: Vec<_> = listed.messages.iter().map(|message| (message.seq, message.content.as_str())).collect();
        let question = "How do I make a variable in Python?";
        assert_eq!(said, [(1, question), (2, "Write a name, one equals sign, and the value.")]);
        assert!(listed.messages.iter().all(|message| message.session_id == session.id));
    }
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_ended() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let session = started(&service.service("seed"), recorded_session(&alice)).await;
    let whole = list(&alice, of_session(&session.id)).await.messages;

    let one = ListMessagesRequest { page_size: 1, ..of_session(&session.id) };
    let page = list(&alice, one.clone()).await;
    let rest = list(&alice, ListMessagesRequest { page_token: page.next_page_token, ..one }).await;

    assert_eq!((&page.messages[..], &rest.messages[..]), (&whole[..1], &whole[1..]));
    assert_eq!(rest.next_page_token, "");
}

#[tokio::test]
async fn a_new_session_has_no_messages() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let session = session_of(&alice).await;

    assert_eq!(list(&alice, of_session(&session.id)).await, ListMessagesResponse::default());
}

#[tokio::test]
async fn messages_of_somebody_else_are_not_found() {
    let service = TestService::<Sapiens>::start().await;
    let session = session_of(&service.student("alice")).await;

    for id in [session.id, new_id()] {
        let refused = sapiens(&service.student("bob")).list_messages(of_session(&id)).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Sapiens>::start().await;
    let request = ListMessagesRequest { page_size: -1, session_id: String::new(), ..Default::default() };

    let refused = sapiens(&service.student("alice")).list_messages(request).await;

    assert_fields(&refused, &["page_size", "session_id"]);
}

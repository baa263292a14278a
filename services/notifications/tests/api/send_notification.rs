use std::collections::BTreeMap;

use notifications::Notifications;
use prost_types::value::Kind;
use prost_types::{Struct, Value};
use proto::azora::notifications::v1::{
    GetNotificationRequest, ListNotificationsRequest, Notification, NotificationCategory, NotificationType,
    SendNotificationRequest,
};
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{delete, notifications, to, unread};

fn facts() -> Struct {
    let value = Value { kind: Some(Kind::StringValue("python".into())) };
    Struct { fields: BTreeMap::from([("course".to_owned(), value)]) }
}

async fn all_of(user: &TestUser) -> Vec<Notification> {
    notifications(user)
        .list_notifications(ListNotificationsRequest::default())
        .await
        .unwrap()
        .into_inner()
        .notifications
}

#[tokio::test]
async fn a_notification_arrives_unread_with_all_that_it_says() {
    let service = TestService::<Notifications>::start().await;
    let (education, alice) = (service.service("education"), service.student("alice"));
    let request = SendNotificationRequest { action_url: "/courses/1".into(), data: Some(facts()), ..to(&alice) };

    let sent = notifications(&education).send_notification(request).await.unwrap().into_inner();

    assert_eq!((sent.count, sent.notification_ids.len()), (1, 1));
    let request = GetNotificationRequest { notification_id: sent.notification_ids[0].clone() };
    let arrived = notifications(&alice).get_notification(request).await.unwrap().into_inner().notification.unwrap();
    assert_eq!((arrived.title.as_str(), arrived.action_url.as_str()), ("Enrolled", "/courses/1"));
    assert_eq!((arrived.r#type(), arrived.category()), (NotificationType::Info, NotificationCategory::CourseUpdate));
    assert_eq!((arrived.seq, arrived.is_read, arrived.data), (1, false, Some(facts())));
    assert_eq!(unread(&alice).await, 1);
    service.audit_ends_with("notifications.notification.send", Outcome::Ok, &education).await;
}

#[tokio::test]
async fn many_are_told_at_once_and_each_of_them_once() {
    let service = TestService::<Notifications>::start().await;
    let people = ["alice", "bob", "carol"].map(|name| service.student(name));
    let mut user_ids: Vec<String> = people.iter().map(|person| person.id.to_string()).collect();
    user_ids.push(user_ids[0].clone());
    let request = SendNotificationRequest { user_id: String::new(), user_ids, ..to(&people[0]) };

    let sent = notifications(&service.admin("root")).send_notification(request).await.unwrap().into_inner();

    assert_eq!((sent.count, sent.notification_ids.len()), (3, 3));
    for (person, id) in people.iter().zip(&sent.notification_ids) {
        let theirs = all_of(person).await;
        assert_eq!(theirs.iter().map(|one| &one.id).collect::<Vec<_>>(), [id]);
    }
}

#[tokio::test]
async fn places_in_a_users_order_have_no_gaps() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    for _ in 0..3 {
        crate::told(&service, &alice).await;
    }

    let seqs: Vec<i64> = all_of(&alice).await.iter().map(|one| one.seq).collect();

    assert_eq!(seqs, [3, 2, 1]);
}

#[tokio::test]
async fn one_cause_is_told_once() {
    let service = TestService::<Notifications>::start().await;
    let (education, alice, bob) = (service.service("education"), service.student("alice"), service.student("bob"));
    let cause = new_id();
    let request = SendNotificationRequest { dedupe_key: cause.clone(), ..to(&alice) };
    let first = notifications(&education).send_notification(request).await.unwrap().into_inner();

    let user_ids = vec![alice.id.to_string(), bob.id.to_string()];
    let both = SendNotificationRequest { user_id: String::new(), user_ids, dedupe_key: cause.clone(), ..to(&alice) };
    let second = notifications(&education).send_notification(both).await.unwrap().into_inner();

    assert_eq!((second.count, &second.notification_ids[0]), (1, &first.notification_ids[0]));
    assert_eq!((unread(&alice).await, unread(&bob).await), (1, 1));

    delete(&alice, &first.notification_ids[0]).await;
    let request = SendNotificationRequest { dedupe_key: cause, ..to(&alice) };
    let third = notifications(&education).send_notification(request).await.unwrap().into_inner();
    assert_eq!((third.count, &third.notification_ids), (0, &first.notification_ids));
    assert_eq!(unread(&alice).await, 0);
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Notifications>::start().await;
    let request = SendNotificationRequest {
        request_id: "x".into(),
        r#type: 9,
        title: "a".repeat(201),
        action_url: "//evil.example".into(),
        ..Default::default()
    };

    let refused = notifications(&service.admin("root")).send_notification(request).await;

    let bad = ["request_id", "user_id", "type", "category", "title", "message", "action_url"];
    assert_fields(&refused, &bad);
}

#[tokio::test]
async fn a_bad_recipient_is_named_by_its_place() {
    let service = TestService::<Notifications>::start().await;
    let (root, alice) = (service.admin("root"), service.student("alice"));
    let user_ids = vec![alice.id.to_string(), "x".into()];
    let request = SendNotificationRequest { user_id: String::new(), user_ids, ..to(&alice) };

    let refused = notifications(&root).send_notification(request).await;

    assert_fields(&refused, &["user_ids[1]"]);
    assert_eq!(unread(&alice).await, 0);
}

#[tokio::test]
async fn one_user_and_many_exclude_each_other_and_a_thousand_is_the_most() {
    let service = TestService::<Notifications>::start().await;
    let (root, alice) = (service.admin("root"), service.student("alice"));

    let both = SendNotificationRequest { user_ids: vec![alice.id.to_string()], ..to(&alice) };
    assert_fields(&notifications(&root).send_notification(both).await, &["user_ids"]);

    let user_ids = (0..1001).map(|_| new_id()).collect();
    let crowd = SendNotificationRequest { user_id: String::new(), user_ids, ..to(&alice) };
    assert_fields(&notifications(&root).send_notification(crowd).await, &["user_ids"]);
}

#[tokio::test]
async fn a_thousand_are_told_in_one_change() {
    let service = TestService::<Notifications>::start().await;
    let user_ids = (0..1000).map(|_| new_id()).collect();
    let request = SendNotificationRequest { user_id: String::new(), user_ids, ..to(&service.student("alice")) };

    let sent = notifications(&service.admin("root")).send_notification(request).await.unwrap().into_inner();

    assert_eq!((sent.count, sent.notification_ids.len()), (1000, 1000));
}

#[tokio::test]
async fn a_person_tells_nobody_anything() {
    let service = TestService::<Notifications>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));

    let refused = notifications(&alice).send_notification(to(&bob)).await;

    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

#[tokio::test]
async fn a_message_beyond_four_mebibytes_is_refused_with_its_size() {
    let service = TestService::<Notifications>::start().await;
    let request = SendNotificationRequest {
        message: "x".repeat(4 * 1024 * 1024),
        user_id: service.student("alice").id.to_string(),
        request_id: new_id(),
        ..Default::default()
    };

    let refused = notifications(&service.admin("root")).send_notification(request).await;

    assert_refused(&refused, Code::InvalidArgument, "MESSAGE_TOO_LARGE");
    let message = refused.unwrap_err().message().to_owned();
    assert!(message.contains("the limit is: 4194304 bytes"), "{message}");
}

#[tokio::test]
async fn a_document_that_is_nested_too_deeply_is_refused_and_says_why() {
    let service = TestService::<Notifications>::start().await;
    let mut data = facts();
    for _ in 0..200 {
        let inner = Value { kind: Some(Kind::StructValue(data)) };
        data = Struct { fields: BTreeMap::from([("in".to_owned(), inner)]) };
    }
    let request = SendNotificationRequest {
        data: Some(data),
        user_id: service.student("alice").id.to_string(),
        request_id: new_id(),
        ..Default::default()
    };

    let refused = notifications(&service.admin("root")).send_notification(request).await;

    assert_refused(&refused, Code::InvalidArgument, "MESSAGE_MALFORMED");
}

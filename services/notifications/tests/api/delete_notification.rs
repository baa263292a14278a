use notifications::Notifications;
use proto::azora::notifications::v1::{DeleteNotificationRequest, ListNotificationsRequest};
use shared::testing::{Outcome, TestService, assert_refused, new_id};
use tonic::Code;

use crate::{delete, notifications, read, told, unread};

#[tokio::test]
async fn a_deleted_notification_is_neither_seen_nor_counted() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    let (new, seen) = (told(&service, &alice).await, told(&service, &alice).await);
    told(&service, &alice).await;
    read(&alice, &seen).await;

    let request = DeleteNotificationRequest { request_id: new_id(), notification_id: new };
    let answer = notifications(&alice).delete_notification(request).await.unwrap().into_inner();
    assert!(answer.notification.unwrap().deleted_at.is_some());
    assert_eq!((answer.unread_count, unread(&alice).await), (1, 1));

    delete(&alice, &seen).await;
    assert_eq!(unread(&alice).await, 1, "what was read did not count");
    let page =
        notifications(&alice).list_notifications(ListNotificationsRequest::default()).await.unwrap().into_inner();
    assert_eq!(page.notifications.len(), 1);
    service.audit_ends_with("notifications.notification.delete", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn deleting_again_changes_nothing() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    let id = told(&service, &alice).await;

    let first = delete(&alice, &id).await;
    let second = delete(&alice, &id).await;

    assert_eq!(first, second);
    assert_eq!(unread(&alice).await, 0);
}

#[tokio::test]
async fn nobody_deletes_what_others_were_told() {
    let service = TestService::<Notifications>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let id = told(&service, &alice).await;

    let request = DeleteNotificationRequest { request_id: new_id(), notification_id: id };
    let refused = notifications(&bob).delete_notification(request).await;

    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    assert_eq!(unread(&alice).await, 1);
    service.audit_ends_with("notifications.notification.delete", Outcome::Refused, &bob).await;
}

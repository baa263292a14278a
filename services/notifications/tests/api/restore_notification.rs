use notifications::Notifications;
use proto::azora::notifications::v1::{Notification, RestoreNotificationRequest, RestoreNotificationResponse};
use shared::testing::{Outcome, TestService, TestUser, assert_refused, new_id};
use tonic::{Code, Response, Status};

use crate::{delete, notifications, read, told, unread};

async fn restore(user: &TestUser, id: &str) -> Result<Response<RestoreNotificationResponse>, Status> {
    let request = RestoreNotificationRequest { request_id: new_id(), notification_id: id.to_owned() };
    notifications(user).restore_notification(request).await
}

async fn restored(user: &TestUser, id: &str) -> Notification {
    restore(user, id).await.unwrap().into_inner().notification.unwrap()
}

#[tokio::test]
async fn a_deleted_notification_comes_back_and_counts_again() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    let id = told(&service, &alice).await;
    delete(&alice, &id).await;

    let answer = restore(&alice, &id).await.unwrap().into_inner();

    let back = answer.notification.unwrap();
    assert_eq!((back.id, back.deleted_at, answer.unread_count), (id, None, 1));
    assert_eq!(unread(&alice).await, 1);
    service.audit_ends_with("notifications.notification.restore", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn what_was_read_comes_back_read() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    let id = told(&service, &alice).await;
    let seen = read(&alice, &id).await;
    delete(&alice, &id).await;

    let back = restored(&alice, &id).await;

    assert_eq!((back.is_read, back.read_at), (true, seen.read_at));
    assert_eq!(unread(&alice).await, 0);
}

#[tokio::test]
async fn one_that_is_not_deleted_stays_as_it_is() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    let id = told(&service, &alice).await;

    let first = restored(&alice, &id).await;
    let second = restored(&alice, &id).await;

    assert_eq!(first, second);
    assert_eq!(unread(&alice).await, 1);
}

#[tokio::test]
async fn after_the_window_it_stays_deleted() {
    let service = TestService::<Notifications>::with_settings("restore_days = 0").await;
    let alice = service.student("alice");
    let id = told(&service, &alice).await;
    delete(&alice, &id).await;

    let refused = restore(&alice, &id).await;

    assert_refused(&refused, Code::FailedPrecondition, "RESTORE_WINDOW_CLOSED");
    assert_eq!(unread(&alice).await, 0);
    service.audit_ends_with("notifications.notification.restore", Outcome::Refused, &alice).await;
}

#[tokio::test]
async fn nobody_restores_what_others_deleted() {
    let service = TestService::<Notifications>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let id = told(&service, &alice).await;
    delete(&alice, &id).await;

    let refused = restore(&bob, &id).await;

    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
}

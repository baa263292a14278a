use notifications::Notifications;
use proto::azora::notifications::v1::MarkReadRequest;
use shared::testing::{Outcome, TestService, assert_refused, new_id};
use tonic::Code;

use crate::{delete, notifications, read, told, unread};

#[tokio::test]
async fn a_read_notification_no_longer_counts() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    let (first, _second) = (told(&service, &alice).await, told(&service, &alice).await);

    let request = MarkReadRequest { request_id: new_id(), notification_id: first };
    let answer = notifications(&alice).mark_read(request).await.unwrap().into_inner();

    let marked = answer.notification.unwrap();
    assert_eq!((marked.is_read, marked.read_at.is_some(), answer.unread_count), (true, true, 1));
    assert_eq!(unread(&alice).await, 1);
    service.audit_ends_with("notifications.read.mark", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn the_first_reading_counts() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    let id = told(&service, &alice).await;

    let first = read(&alice, &id).await;
    let second = read(&alice, &id).await;

    assert_eq!(first, second);
    assert_eq!(unread(&alice).await, 0);
}

#[tokio::test]
async fn what_is_not_the_callers_or_deleted_is_not_there() {
    let service = TestService::<Notifications>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let (kept, deleted) = (told(&service, &alice).await, told(&service, &alice).await);
    delete(&alice, &deleted).await;

    for (user, id) in [(&bob, kept), (&alice, deleted)] {
        let request = MarkReadRequest { request_id: new_id(), notification_id: id };
        let refused = notifications(user).mark_read(request).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
    assert_eq!(unread(&alice).await, 1);
}

use notifications::Notifications;
use proto::azora::notifications::v1::{ListNotificationsRequest, MarkAllReadRequest};
use shared::testing::{Outcome, TestService, TestUser, new_id};

use crate::{delete, notifications, read, told, unread};

async fn mark_all(user: &TestUser) -> i32 {
    let request = MarkAllReadRequest { request_id: new_id() };
    notifications(user).mark_all_read(request).await.unwrap().into_inner().count
}

#[tokio::test]
async fn all_that_was_unread_is_read() {
    let service = TestService::<Notifications>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let (seen, gone) = (told(&service, &alice).await, told(&service, &alice).await);
    told(&service, &alice).await;
    told(&service, &alice).await;
    told(&service, &bob).await;
    let seen = read(&alice, &seen).await;
    delete(&alice, &gone).await;

    assert_eq!(mark_all(&alice).await, 2);

    let page =
        notifications(&alice).list_notifications(ListNotificationsRequest::default()).await.unwrap().into_inner();
    assert!(page.notifications.iter().all(|one| one.is_read && one.read_at.is_some()));
    assert!(page.notifications.contains(&seen), "the first reading counts");
    assert_eq!((unread(&alice).await, unread(&bob).await), (0, 1));
    service.audit_ends_with("notifications.all_read.mark", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn a_second_time_there_is_nothing_to_mark() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    told(&service, &alice).await;
    mark_all(&alice).await;

    assert_eq!(mark_all(&alice).await, 0);
    assert_eq!(mark_all(&service.student("bob")).await, 0);
}

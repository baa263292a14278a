use notifications::Notifications;
use proto::azora::notifications::v1::{
    ListNotificationsRequest, NotificationCategory, NotificationType, SendNotificationRequest,
};
use shared::testing::{TestService, TestUser, assert_fields};

use crate::{delete, notifications, read, to, told};

async fn ids(user: &TestUser, request: ListNotificationsRequest) -> Vec<String> {
    let page = notifications(user).list_notifications(request).await.unwrap().into_inner();
    page.notifications.into_iter().map(|one| one.id).collect()
}

#[tokio::test]
async fn the_newest_come_first_page_by_page() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    let mut sent = Vec::new();
    for _ in 0..3 {
        sent.insert(0, told(&service, &alice).await);
    }

    let request = ListNotificationsRequest { page_size: 2, ..Default::default() };
    let first = notifications(&alice).list_notifications(request.clone()).await.unwrap().into_inner();
    let rest = ListNotificationsRequest { page_token: first.next_page_token, ..request };
    let rest = notifications(&alice).list_notifications(rest).await.unwrap().into_inner();

    let both = first.notifications.into_iter().chain(rest.notifications);
    assert_eq!(both.map(|one| one.id).collect::<Vec<_>>(), sent);
    assert_eq!(rest.next_page_token, "");
}

#[tokio::test]
async fn what_was_read_or_deleted_can_be_left_out() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    let (seen, gone, new) = (told(&service, &alice).await, told(&service, &alice).await, told(&service, &alice).await);
    read(&alice, &seen).await;
    delete(&alice, &gone).await;

    assert_eq!(ids(&alice, ListNotificationsRequest::default()).await, [new.clone(), seen]);
    let unread = ListNotificationsRequest { unread_only: true, ..Default::default() };
    assert_eq!(ids(&alice, unread).await, [new]);
}

#[tokio::test]
async fn a_type_and_a_category_narrow_the_list() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    told(&service, &alice).await;
    let warning = SendNotificationRequest {
        r#type: NotificationType::Warning.into(),
        category: NotificationCategory::AccountSecurity.into(),
        ..to(&alice)
    };
    let sent = notifications(&service.service("auth")).send_notification(warning).await.unwrap().into_inner();

    let warnings = ListNotificationsRequest { r#type: NotificationType::Warning.into(), ..Default::default() };
    assert_eq!(ids(&alice, warnings).await, sent.notification_ids);
    let security =
        ListNotificationsRequest { category: NotificationCategory::AccountSecurity.into(), ..Default::default() };
    assert_eq!(ids(&alice, security).await, sent.notification_ids);
    let jobs = ListNotificationsRequest { category: NotificationCategory::JobMatch.into(), ..Default::default() };
    assert_eq!(ids(&alice, jobs).await, Vec::<String>::new());
}

#[tokio::test]
async fn nobody_lists_what_others_were_told() {
    let service = TestService::<Notifications>::start().await;
    told(&service, &service.student("alice")).await;

    for other in [service.student("bob"), service.admin("root")] {
        assert_eq!(ids(&other, ListNotificationsRequest::default()).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn unknown_words_are_named() {
    let service = TestService::<Notifications>::start().await;
    let request = ListNotificationsRequest { r#type: 77, category: 77, ..Default::default() };

    let refused = notifications(&service.student("alice")).list_notifications(request).await;

    assert_fields(&refused, &["type", "category"]);
}

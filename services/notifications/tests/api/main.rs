//! Notifications as its callers see it, on SQLite or (with `AZORA_TEST_POSTGRES`) on Postgres.

#![expect(clippy::unwrap_used, reason = "tests are free to")]

use notifications::Notifications;
use proto::azora::notifications::v1::notifications_service_client::NotificationsServiceClient;
use proto::azora::notifications::v1::{
    DeleteNotificationRequest, GetUnreadCountRequest, MarkReadRequest, Notification, NotificationCategory,
    NotificationType, SendNotificationRequest,
};
use shared::testing::{TestChannel, TestService, TestUser, coverage, new_id};

mod delete_notification;
mod get_notification;
mod get_unread_count;
mod list_notifications;
mod mark_all_read;
mod mark_read;
mod restore_notification;
mod send_notification;
mod unread;

/// The generated client, signed in as `user`.
fn notifications(user: &TestUser) -> NotificationsServiceClient<TestChannel> {
    NotificationsServiceClient::new(user.channel())
}

/// A request that tells `user` something.
fn to(user: &TestUser) -> SendNotificationRequest {
    SendNotificationRequest {
        request_id: new_id(),
        user_id: user.id.to_string(),
        r#type: NotificationType::Info.into(),
        category: NotificationCategory::CourseUpdate.into(),
        title: "Enrolled".into(),
        message: "You are enrolled in Python.".into(),
        ..Default::default()
    }
}

/// Tells `user` something, and gives the id of the notification.
async fn told(service: &TestService<Notifications>, user: &TestUser) -> String {
    let sent = notifications(&service.service("education")).send_notification(to(user)).await.unwrap().into_inner();
    sent.notification_ids.into_iter().next().unwrap()
}

/// Marks a notification of `user` as read.
async fn read(user: &TestUser, id: &str) -> Notification {
    let request = MarkReadRequest { request_id: new_id(), notification_id: id.to_owned() };
    notifications(user).mark_read(request).await.unwrap().into_inner().notification.unwrap()
}

/// Deletes a notification of `user`.
async fn delete(user: &TestUser, id: &str) -> Notification {
    let request = DeleteNotificationRequest { request_id: new_id(), notification_id: id.to_owned() };
    notifications(user).delete_notification(request).await.unwrap().into_inner().notification.unwrap()
}

/// How many notifications wait for `user`.
async fn unread(user: &TestUser) -> i32 {
    notifications(user).get_unread_count(GetUnreadCountRequest {}).await.unwrap().into_inner().unread_count
}

#[tokio::test]
async fn every_rpc_is_guarded_and_has_a_test_file() {
    coverage::contract::<Notifications>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    coverage::schema::<Notifications>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn every_entity_matches_its_table() {
    let service = TestService::<Notifications>::start().await;
    coverage::entity::<notifications::entity::notification::Entity>(&service).await;
    coverage::entity::<notifications::entity::user_counter::Entity>(&service).await;
}

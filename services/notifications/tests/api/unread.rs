//! The count of unread notifications and the order of each user, while many change them at once.

use notifications::Notifications;
use notifications::entity::notification;
use proto::azora::notifications::v1::notifications_service_client::NotificationsServiceClient;
use proto::azora::notifications::v1::{
    DeleteNotificationRequest, MarkAllReadRequest, MarkReadRequest, RestoreNotificationRequest, SendNotificationRequest,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use shared::testing::{TestChannel, TestService, TestUser, new_id};
use tokio::task::JoinSet;
use tonic::Status;

use crate::{to, told, unread};

/// A client whose calls are made once: repeats would only slow a race down.
fn racing(user: &TestUser) -> NotificationsServiceClient<TestChannel> {
    NotificationsServiceClient::new(user.channel().once())
}

/// The rows say what the counters say: no gap in the order, and as many unread as counted.
async fn assert_exact(service: &TestService<Notifications>, user: &TestUser) {
    let rows = notification::Entity::find()
        .filter(notification::Column::UserId.eq(user.id))
        .order_by_asc(notification::Column::Seq)
        .all(service.connection())
        .await
        .unwrap();
    let places: Vec<i64> = rows.iter().map(|row| row.seq).collect();
    assert_eq!(places, (1..).take(rows.len()).collect::<Vec<i64>>());
    let open = rows.iter().filter(|row| !row.is_read && row.deleted_at.is_none()).count();
    assert_eq!(usize::try_from(unread(user).await).unwrap(), open);
}

async fn all_succeed(mut calls: JoinSet<Result<(), Status>>) {
    while let Some(ended) = calls.join_next().await {
        ended.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_crowds_are_all_told_and_none_waits_for_ever() {
    let service = TestService::<Notifications>::start().await;
    let people = ["alice", "bob", "carol", "dave"].map(|name| service.student(name));
    let mut calls = JoinSet::new();
    for turn in 0..8 {
        let sender = service.service("education");
        let mut user_ids: Vec<String> = people.iter().map(|person| person.id.to_string()).collect();
        user_ids.rotate_left(turn % 4);
        let request = SendNotificationRequest { user_id: String::new(), user_ids, ..to(&people[0]) };
        calls.spawn(async move { racing(&sender).send_notification(request).await.map(|_| ()) });
    }

    all_succeed(calls).await;

    for person in &people {
        assert_eq!(unread(person).await, 8);
        assert_exact(&service, person).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_count_is_exact_whatever_happens_at_once() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    let mut calls = JoinSet::new();
    for turn in 0..12 {
        let id = told(&service, &alice).await;
        let (user, sender, request) = (alice.clone(), service.service("education"), to(&alice));
        calls.spawn(async move {
            let (request_id, notification_id) = (new_id(), id.clone());
            match turn % 4 {
                0 => racing(&sender).send_notification(request).await.map(|_| ()),
                1 => racing(&user).mark_read(MarkReadRequest { request_id, notification_id }).await.map(|_| ()),
                2 => racing(&user).mark_all_read(MarkAllReadRequest { request_id }).await.map(|_| ()),
                _ => {
                    let deleted = DeleteNotificationRequest { request_id, notification_id };
                    racing(&user).delete_notification(deleted).await?;
                    let restored = RestoreNotificationRequest { request_id: new_id(), notification_id: id };
                    racing(&user).restore_notification(restored).await.map(|_| ())
                }
            }
        });
    }

    all_succeed(calls).await;

    assert_exact(&service, &alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_cause_is_told_once_however_many_say_it_at_once() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    let cause = new_id();
    let mut calls = JoinSet::new();
    for _ in 0..6 {
        let sender = service.service("education");
        let request = SendNotificationRequest { dedupe_key: cause.clone(), ..to(&alice) };
        calls.spawn(async move { racing(&sender).send_notification(request).await.map(|_| ()) });
    }

    all_succeed(calls).await;

    assert_eq!(unread(&alice).await, 1);
    assert_exact(&service, &alice).await;
}

//! Brings a deleted notification of the caller back, as long as it is kept.

use proto::azora::notifications::v1::{Notification, RestoreNotificationRequest, RestoreNotificationResponse};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Notifications;
use crate::entity::{notification, user_counter};
use crate::error::NotificationsError;
use crate::id::NotificationId;

pub struct RestoreNotification {
    notification: NotificationId,
}

impl TryFrom<RestoreNotificationRequest> for RestoreNotification {
    type Error = Error;

    fn try_from(request: RestoreNotificationRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { notification: fields.id("notification_id", &request.notification_id) };
        fields.finish(input)
    }
}

pub async fn run(
    notifications: &Notifications,
    call: &Call,
    input: RestoreNotification,
) -> Result<RestoreNotificationResponse> {
    let days = notifications.config.restore_days;
    notifications
        .work
        .mutate(call, async |work| {
            let counter = user_counter::lock(work, call.user(), call.now()).await?;
            let mut row = notification::owned_or_deleted_by(call.user())
                .filter(notification::Column::Id.eq(input.notification))
                .one(&work.tx)
                .await?
                .ok_or_else(|| not_found("notification"))?;
            let mut unread_count = counter.unread;
            if let Some(deleted_at) = row.deleted_at {
                if row.is_beyond_restoring(call.now(), days) {
                    return Err(Error::from(NotificationsError::RestoreWindowClosed { deleted_at, days }));
                }
                unread_count = user_counter::count_unread(work, &counter, row.unread(), call.now()).await?;
                let restored = notification::ActiveModel {
                    id: Unchanged(row.id),
                    deleted_at: Set(None),
                    updated_at: Set(call.now()),
                    ..Default::default()
                };
                row = restored.update(&work.tx).await?;
            }
            let notification = Notification::from(row);
            work.audit(&notification.id, &notification)?;
            Ok(RestoreNotificationResponse { notification: Some(notification), unread_count })
        })
        .await
}

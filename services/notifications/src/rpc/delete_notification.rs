//! Deletes one notification of the caller: it is out of sight and no longer counted, and can be restored for a while.
//! Deleting it again changes nothing.

use proto::azora::notifications::v1::{DeleteNotificationRequest, DeleteNotificationResponse, Notification};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Notifications;
use crate::entity::{notification, user_counter};
use crate::id::NotificationId;

pub struct DeleteNotification {
    notification: NotificationId,
}

impl TryFrom<DeleteNotificationRequest> for DeleteNotification {
    type Error = Error;

    fn try_from(request: DeleteNotificationRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { notification: fields.id("notification_id", &request.notification_id) };
        fields.finish(input)
    }
}

pub async fn run(
    notifications: &Notifications,
    call: &Call,
    input: DeleteNotification,
) -> Result<DeleteNotificationResponse> {
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
            if row.deleted_at.is_none() {
                unread_count = user_counter::count_unread(work, &counter, -row.unread(), call.now()).await?;
                let deleted = notification::ActiveModel {
                    id: Unchanged(row.id),
                    deleted_at: Set(Some(call.now())),
                    updated_at: Set(call.now()),
                    ..Default::default()
                };
                row = deleted.update(&work.tx).await?;
            }
            let notification = Notification::from(row);
            work.audit(&notification.id, &notification)?;
            Ok(DeleteNotificationResponse { notification: Some(notification), unread_count })
        })
        .await
}

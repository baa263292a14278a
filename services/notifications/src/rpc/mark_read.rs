//! Marks one notification of the caller as read. The first reading counts; a later one changes nothing.

use proto::azora::notifications::v1::{MarkReadRequest, MarkReadResponse, Notification};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Notifications;
use crate::entity::{notification, user_counter};
use crate::id::NotificationId;

pub struct MarkRead {
    notification: NotificationId,
}

impl TryFrom<MarkReadRequest> for MarkRead {
    type Error = Error;

    fn try_from(request: MarkReadRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { notification: fields.id("notification_id", &request.notification_id) };
        fields.finish(input)
    }
}

pub async fn run(notifications: &Notifications, call: &Call, input: MarkRead) -> Result<MarkReadResponse> {
    notifications
        .work
        .mutate(call, async |work| {
            let counter = user_counter::lock(work, call.user(), call.now()).await?;
            let mut row = notification::owned_by(call.user())
                .filter(notification::Column::Id.eq(input.notification))
                .one(&work.tx)
                .await?
                .ok_or_else(|| not_found("notification"))?;
            let unread_count = user_counter::count_unread(work, &counter, -row.unread(), call.now()).await?;
            if !row.is_read {
                let read = notification::ActiveModel {
                    id: Unchanged(row.id),
                    is_read: Set(true),
                    read_at: Set(Some(call.now())),
                    updated_at: Set(call.now()),
                    ..Default::default()
                };
                row = read.update(&work.tx).await?;
            }
            let notification = Notification::from(row);
            work.audit(&notification.id, &notification)?;
            Ok(MarkReadResponse { notification: Some(notification), unread_count })
        })
        .await
}

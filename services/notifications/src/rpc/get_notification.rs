//! Returns one notification to whom it was sent.

use proto::azora::notifications::v1::{GetNotificationRequest, GetNotificationResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Notifications;
use crate::entity::notification;
use crate::id::NotificationId;

pub struct GetNotification {
    notification: NotificationId,
}

impl TryFrom<GetNotificationRequest> for GetNotification {
    type Error = Error;

    fn try_from(request: GetNotificationRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { notification: fields.id("notification_id", &request.notification_id) };
        fields.finish(input)
    }
}

pub async fn run(
    notifications: &Notifications,
    call: &Call,
    input: GetNotification,
) -> Result<GetNotificationResponse> {
    let row = notification::owned_by(call.user())
        .filter(notification::Column::Id.eq(input.notification))
        .one(notifications.work.read())
        .await?
        .ok_or_else(|| not_found("notification"))?;
    Ok(GetNotificationResponse { notification: Some(row.into()) })
}

//! Lists what the caller was told, newest first.

use proto::azora::notifications::v1::{
    ListNotificationsRequest, ListNotificationsResponse, NotificationCategory, NotificationType,
};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::page;
use shared::word::Word;

use crate::Notifications;
use crate::entity::notification;

pub struct ListNotifications {
    unread_only: bool,
    kind: Option<Word<NotificationType>>,
    category: Option<Word<NotificationCategory>>,
}

impl TryFrom<ListNotificationsRequest> for ListNotifications {
    type Error = Error;

    fn try_from(request: ListNotificationsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            unread_only: request.unread_only,
            kind: fields.optional_word("type", request.r#type),
            category: fields.optional_word("category", request.category),
        };
        fields.finish(input)
    }
}

pub async fn run(
    notifications: &Notifications,
    call: &Call,
    input: ListNotifications,
) -> Result<ListNotificationsResponse> {
    let unread = input.unread_only.then_some(false);
    let asked_for = notification::owned_by(call.user())
        .apply_if(unread, |list, is_read| list.filter(notification::Column::IsRead.eq(is_read)))
        .apply_if(input.kind, |list, kind| list.filter(notification::Column::Type.eq(kind)))
        .apply_if(input.category, |list, category| list.filter(notification::Column::Category.eq(category)));
    let (at, id) = (notification::Column::CreatedAt, notification::Column::Id);
    let page = page::newest(notifications.work.read(), call, asked_for, at, id).await?;
    Ok(ListNotificationsResponse {
        next_page_token: page.next,
        notifications: page.rows.into_iter().map(Into::into).collect(),
    })
}

//! Marks all notifications of the caller as read.

use proto::azora::notifications::v1::{MarkAllReadRequest, MarkAllReadResponse};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result};

use crate::Notifications;
use crate::entity::notification::Column;
use crate::entity::{notification, user_counter};

pub struct MarkAllRead;

impl TryFrom<MarkAllReadRequest> for MarkAllRead {
    type Error = Error;

    fn try_from(_request: MarkAllReadRequest) -> Result<Self> {
        Ok(Self)
    }
}

pub async fn run(notifications: &Notifications, call: &Call, _input: MarkAllRead) -> Result<MarkAllReadResponse> {
    notifications
        .work
        .mutate(call, async |work| {
            let counter = user_counter::lock(work, call.user(), call.now()).await?;
            let marked = notification::Entity::update_many()
                .col_expr(Column::IsRead, Expr::value(true))
                .col_expr(Column::ReadAt, Expr::value(call.now()))
                .col_expr(Column::UpdatedAt, Expr::value(call.now()))
                .filter(Column::UserId.eq(call.user()))
                .filter(Column::IsRead.eq(false))
                .filter(Column::DeletedAt.is_null())
                .exec(&work.tx)
                .await?
                .rows_affected;
            let count = i32::try_from(marked).map_err(|_| Error::internal("more unread rows than can be counted"))?;
            user_counter::count_unread(work, &counter, -count, call.now()).await?;
            let response = MarkAllReadResponse { count };
            work.audit(&call.user(), &response)?;
            Ok(response)
        })
        .await
}

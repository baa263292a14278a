//! Returns how many notifications wait for the caller: one row is read, however many there are.

use proto::azora::notifications::v1::{GetUnreadCountRequest, GetUnreadCountResponse};
use shared::call::Call;
use shared::error::{Error, Result};

use crate::Notifications;
use crate::entity::user_counter;

pub struct GetUnreadCount;

impl TryFrom<GetUnreadCountRequest> for GetUnreadCount {
    type Error = Error;

    fn try_from(_request: GetUnreadCountRequest) -> Result<Self> {
        Ok(Self)
    }
}

pub async fn run(notifications: &Notifications, call: &Call, _input: GetUnreadCount) -> Result<GetUnreadCountResponse> {
    let counter = user_counter::owned_by(call.user()).one(notifications.work.read()).await?;
    Ok(GetUnreadCountResponse { unread_count: counter.map_or(0, |counter| counter.unread) })
}

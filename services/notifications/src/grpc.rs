//! The table of contents: every RPC of `NotificationsService`, and where it lives.

use proto::azora::notifications::v1::notifications_service_server::NotificationsService;
use proto::azora::notifications::v1::{
    DeleteNotificationRequest, DeleteNotificationResponse, GetNotificationRequest, GetNotificationResponse,
    GetUnreadCountRequest, GetUnreadCountResponse, ListNotificationsRequest, ListNotificationsResponse,
    MarkAllReadRequest, MarkAllReadResponse, MarkReadRequest, MarkReadResponse, RestoreNotificationRequest,
    RestoreNotificationResponse, SendNotificationRequest, SendNotificationResponse,
};
use shared::Rpc;
use shared::call::Call;
use tonic::{Request, Response};

use crate::Notifications;
use crate::rpc::{
    delete_notification, get_notification, get_unread_count, list_notifications, mark_all_read, mark_read,
    restore_notification, send_notification,
};

#[tonic::async_trait]
impl NotificationsService for Notifications {
    async fn send_notification(&self, request: Request<SendNotificationRequest>) -> Rpc<SendNotificationResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(send_notification::run(self, &call, input).await?))
    }

    async fn list_notifications(&self, request: Request<ListNotificationsRequest>) -> Rpc<ListNotificationsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_notifications::run(self, &call, input).await?))
    }

    async fn get_notification(&self, request: Request<GetNotificationRequest>) -> Rpc<GetNotificationResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_notification::run(self, &call, input).await?))
    }

    async fn get_unread_count(&self, request: Request<GetUnreadCountRequest>) -> Rpc<GetUnreadCountResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_unread_count::run(self, &call, input).await?))
    }

    async fn mark_read(&self, request: Request<MarkReadRequest>) -> Rpc<MarkReadResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(mark_read::run(self, &call, input).await?))
    }

    async fn mark_all_read(&self, request: Request<MarkAllReadRequest>) -> Rpc<MarkAllReadResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(mark_all_read::run(self, &call, input).await?))
    }

    async fn delete_notification(
        &self,
        request: Request<DeleteNotificationRequest>,
    ) -> Rpc<DeleteNotificationResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(delete_notification::run(self, &call, input).await?))
    }

    async fn restore_notification(
        &self,
        request: Request<RestoreNotificationRequest>,
    ) -> Rpc<RestoreNotificationResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(restore_notification::run(self, &call, input).await?))
    }
}

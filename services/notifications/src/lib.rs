//! Notifications tells people what happened to them, and knows what they have read.
//!
//! It owns every notification and the count of unread ones; other services say what to tell whom. It refuses what is
//! not the caller's own, addresses that lead nowhere safe, and restoring what was deleted too long ago.
//!
//! Start reading at `rpc/send_notification.rs` with `tests/api/send_notification.rs` beside it;
//! `entity/user_counter.rs` shows why the count is always right.

use proto::azora::notifications::v1::notifications_service_server::NotificationsServiceServer;
use shared::migrate::Step;
use shared::service::{Parts, Service};
use shared::work::Door;
use tonic::service::Routes;

pub mod config;
pub mod entity;
pub mod error;
mod grpc;
pub mod id;
mod migration;
mod rpc;

/// The service.
pub struct Notifications {
    work: Door,
    config: config::Config,
}

impl Service for Notifications {
    const NAME: &'static str = "notifications";
    const DEFAULTS: &'static str = include_str!("../default.toml");
    type Config = config::Config;

    fn steps() -> Vec<Step> {
        migration::steps()
    }

    async fn start(parts: Parts<Self::Config>) -> shared::Result<Self> {
        Ok(Self { work: parts.door, config: parts.config })
    }

    fn routes(self) -> Routes {
        Routes::new(NotificationsServiceServer::new(self))
    }
}

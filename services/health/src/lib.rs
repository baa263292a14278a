//! Health watches over the fleet: what services log, and which of them there are.
//!
//! It owns log lines and the list of services, and refuses lines that nobody could place.
//!
//! Start reading at `rpc/write_logs.rs` with `tests/api/write_logs.rs` beside it.

use proto::azora::health::v1::health_service_server::HealthServiceServer;
use shared::migrate::Step;
use shared::service::{Parts, Service};
use shared::work::Door;
use tonic::service::Routes;

pub mod config;
pub mod entity;
mod grpc;
pub mod id;
mod migration;
mod redaction;
mod rpc;

/// The service.
pub struct Health {
    work: Door,
}

impl Service for Health {
    const NAME: &'static str = "health";
    const DEFAULTS: &'static str = include_str!("../default.toml");
    type Config = config::Config;

    fn steps() -> Vec<Step> {
        migration::steps()
    }

    async fn start(parts: Parts<Self::Config>) -> shared::Result<Self> {
        Ok(Self { work: parts.door })
    }

    fn routes(self) -> Routes {
        Routes::new(HealthServiceServer::new(self))
    }
}

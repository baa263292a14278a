//! Nexus guides people: it knows what they like and what they did, and what could be next.
//!
//! It owns profiles, interactions and recommendations, and the fleet's log of events. It refuses acts that cannot have
//! been, and lets nobody but the person decide what may be used.
//!
//! Start reading at `rpc/record_interactions.rs` with `tests/api/record_interactions.rs` beside it.

use proto::azora::nexus::v1::nexus_service_server::NexusServiceServer;
use shared::migrate::Step;
use shared::service::{Parts, Service};
use shared::work::Door;
use tonic::service::Routes;

pub mod config;
pub mod entity;
mod grpc;
pub mod id;
mod migration;
mod rpc;

/// The service.
pub struct Nexus {
    work: Door,
}

impl Service for Nexus {
    const NAME: &'static str = "nexus";
    const DEFAULTS: &'static str = include_str!("../default.toml");
    type Config = config::Config;

    fn steps() -> Vec<Step> {
        migration::steps()
    }

    async fn start(parts: Parts<Self::Config>) -> shared::Result<Self> {
        Ok(Self { work: parts.door })
    }

    fn routes(self) -> Routes {
        Routes::new(NexusServiceServer::new(self))
    }
}

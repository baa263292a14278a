//! Forge is where people work for each other: jobs that are offered, and what people can do.
//!
//! It owns jobs and skill profiles, and refuses jobs without a budget and history that nobody vouches for.
//!
//! Start reading at `rpc/create_job.rs` with `tests/api/create_job.rs` beside it; `rating.rs` is the rule behind the stars.

#![deny(clippy::float_arithmetic)]

use proto::azora::forge::v1::forge_service_server::ForgeServiceServer;
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
mod rating;
mod rpc;
mod skills;

/// The service.
pub struct Forge {
    work: Door,
}

impl Service for Forge {
    const NAME: &'static str = "forge";
    const DEFAULTS: &'static str = include_str!("../default.toml");
    type Config = config::Config;

    fn steps() -> Vec<Step> {
        migration::steps()
    }

    async fn start(parts: Parts<Self::Config>) -> shared::Result<Self> {
        Ok(Self { work: parts.door })
    }

    fn routes(self) -> Routes {
        Routes::new(ForgeServiceServer::new(self))
    }
}

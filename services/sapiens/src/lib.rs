//! Sapiens teaches: it holds tutoring sessions, leads learners along paths, and knows how each of them learns.
//!
//! It owns sessions with all that was said, paths with their steps and progress, and the profiles of learners. It
//! refuses steps out of order, talk in a session that is over, and facts that only it can find out.
//!
//! Start reading at `rpc/create_learning_path.rs` with `tests/api/create_learning_path.rs` beside it; `outline.rs` says
//! what a path looks like when nobody gives its steps.

use proto::azora::sapiens::v1::sapiens_service_server::SapiensServiceServer;
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
mod outline;
mod rpc;

/// The service.
pub struct Sapiens {
    work: Door,
    config: config::Config,
}

impl Service for Sapiens {
    const NAME: &'static str = "sapiens";
    const DEFAULTS: &'static str = include_str!("../default.toml");
    type Config = config::Config;

    fn steps() -> Vec<Step> {
        migration::steps()
    }

    async fn start(parts: Parts<Self::Config>) -> shared::Result<Self> {
        Ok(Self { work: parts.door, config: parts.config })
    }

    fn routes(self) -> Routes {
        Routes::new(SapiensServiceServer::new(self))
    }
}

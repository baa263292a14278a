//! Family is eleven characters who keep people company, how they are related, and the conversations with them.
//!
//! Members and bonds are reference data that a migration step writes; conversations belong to one person each and are
//! seen by nobody else.
//!
//! Start reading at `rpc/start_conversation.rs` with `tests/api/start_conversation.rs` beside it; `routing.rs` says who
//! answers, `kin.rs` whom a member means by a term.

use proto::azora::family::v1::family_service_server::FamilyServiceServer;
use shared::migrate::Step;
use shared::service::{Parts, Service};
use shared::work::Door;
use tonic::service::Routes;

pub mod config;
pub mod entity;
pub mod error;
mod grpc;
pub mod id;
mod kin;
mod migration;
mod routing;
mod rpc;

/// The service.
pub struct Family {
    work: Door,
}

impl Service for Family {
    const NAME: &'static str = "family";
    const DEFAULTS: &'static str = include_str!("../default.toml");
    type Config = config::Config;

    fn steps() -> Vec<Step> {
        migration::steps()
    }

    async fn start(parts: Parts<Self::Config>) -> shared::Result<Self> {
        Ok(Self { work: parts.door })
    }

    fn routes(self) -> Routes {
        Routes::new(FamilyServiceServer::new(self))
    }
}

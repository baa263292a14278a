//! Education keeps what people learn: students, the courses of educators, places in them, and how far each student is.
//!
//! It owns courses, progress and the spending wallets that prices are paid from. It refuses changes to somebody else's
//! course, places that are not to be had or not paid for, and progress without a place; answer keys leave it for the
//! course's instructor only.
//!
//! Start reading at `rpc/enroll_student.rs` with `tests/api/enroll_student.rs` beside it; `study.rs` and `progress.rs`
//! show how progress is kept, `content.rs` what a module consists of.

#![deny(clippy::float_arithmetic)] // money and percents are counted in whole units

use proto::azora::education::v1::education_service_server::EducationServiceServer;
use shared::migrate::Step;
use shared::service::{Parts, Service};
use shared::work::Door;
use tonic::service::Routes;

pub mod config;
pub mod content;
pub mod entity;
pub mod error;
mod grpc;
pub mod id;
mod migration;
mod progress;
mod rpc;
mod spending;
mod study;

/// The service.
pub struct Education {
    work: Door,
    config: config::Config,
}

impl Service for Education {
    const NAME: &'static str = "education";
    const DEFAULTS: &'static str = include_str!("../default.toml");
    type Config = config::Config;

    fn steps() -> Vec<Step> {
        migration::steps()
    }

    async fn start(parts: Parts<Self::Config>) -> shared::Result<Self> {
        Ok(Self { work: parts.door, config: parts.config })
    }

    fn routes(self) -> Routes {
        Routes::new(EducationServiceServer::new(self))
    }
}

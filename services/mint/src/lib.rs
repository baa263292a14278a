//! Mint keeps the money of the fleet: wallets, the movements between them, and how tokens come to be.
//!
//! It owns every balance; other services ask it to move money and keep a reference. It refuses what a wallet does not
//! hold, amounts that are not exact, and whatever would leave the books unbalanced.
//!
//! Start reading at `rpc/create_wallet.rs` with `tests/api/create_wallet.rs` beside it; `rpc/transfer.rs` and
//! `posting.rs` show how money moves, `posting/books.rs` how it is judged.

#![deny(clippy::float_arithmetic)] // money is counted in whole units

use proto::azora::mint::v1::mint_service_server::MintServiceServer;
use shared::gather::Gather;
use shared::migrate::Step;
use shared::service::{Parts, Service};
use shared::work::Door;
use tonic::service::Routes;

use crate::entity::wallet;
use crate::posting::Writer;

pub mod config;
mod converting;
pub mod entity;
pub mod error;
mod external;
mod grpc;
pub mod id;
mod income;
pub mod journal;
mod knowledge;
mod maturing;
mod metrics;
mod migration;
mod posting;
mod rpc;
mod rules;
mod staking;
mod sums;
pub mod verify;

/// The service.
pub struct Mint {
    work: Door,
    config: config::Config,
    /// Whatever moves money goes through it.
    writer: Writer,
    /// The read that everything about money begins with, many in one statement.
    wallets: Gather<wallet::Entity>,
}

impl Service for Mint {
    const NAME: &'static str = "mint";
    const DEFAULTS: &'static str = include_str!("../default.toml");
    /// One chain: the order of audit entries is the order in which money moved.
    const AUDIT_CHAINS: i32 = 1;
    type Config = config::Config;

    fn steps() -> Vec<Step> {
        migration::steps()
    }

    async fn start(parts: Parts<Self::Config>) -> shared::Result<Self> {
        let Parts { door, config, background, .. } = parts;
        maturing::follow(&door, &background);
        metrics::follow(&door, &background, config.metrics_minutes).await?;
        Ok(Self {
            wallets: Gather::start(door.clone(), wallet::Column::Id),
            writer: Writer::start(&door, &config, &background)?,
            work: door,
            config,
        })
    }

    fn routes(self) -> Routes {
        Routes::new(MintServiceServer::new(self))
    }
}

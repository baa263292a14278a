//! Auth knows who people are: accounts, sessions, and the keys that access tokens are signed with.
//!
//! It owns passwords (as keyed bcrypt hashes) and refuses, in one and the same way, whoever does not know one. Every
//! other service checks tokens by itself, against the public keys that `GetJwks` gives.
//!
//! Start reading at `rpc/login.rs` with `tests/api/login.rs` beside it; `password.rs` says how a password is kept,
//! `tokens.rs` what a token says.

use proto::azora::auth::v1::auth_service_server::AuthServiceServer;
use shared::error::Error;
use shared::migrate::Step;
use shared::service::{Parts, Service};
use shared::work::Door;
use tonic::service::Routes;

pub mod config;
pub mod entity;
pub mod error;
mod evenly;
mod grpc;
pub mod id;
mod lockout;
mod mail;
mod migration;
mod one_time;
mod password;
mod policy;
pub mod refresh;
mod rpc;
mod service_keys;
mod standing;
mod tokens;

/// The service.
pub struct Auth {
    work: Door,
    config: config::Config,
    environment: shared::config::Environment,
    mail: mail::Mail,
    passwords: password::Passwords,
    service_keys: service_keys::ServiceKeys,
    tokens: tokens::Tokens,
}

impl Service for Auth {
    const NAME: &'static str = "auth";
    const DEFAULTS: &'static str = include_str!("../default.toml");
    type Config = config::Config;

    fn steps() -> Vec<Step> {
        migration::steps()
    }

    async fn start(parts: Parts<Self::Config>) -> shared::Result<Self> {
        let config = parts.config;
        Ok(Self {
            tokens: tokens::Tokens::open(&parts.door, &parts.keys, &parts.identity, config.access_token_minutes)
                .await?,
            passwords: password::Passwords::start(&parts.keys, config.bcrypt_cost).await?,
            service_keys: service_keys::ServiceKeys::read(&config.service_keys_file)
                .map_err(|error| Error::internal(error.to_string()))?,
            mail: mail::Mail::new(parts.environment, &parts.data_dir),
            environment: parts.environment,
            work: parts.door,
            config,
        })
    }

    fn routes(self) -> Routes {
        Routes::new(AuthServiceServer::new(self))
    }
}

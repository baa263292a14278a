//! Auth knows who people are: accounts, sessions, and the keys that access tokens are signed with.
//!
//! It owns passwords (as keyed bcrypt hashes) and refuses, in one and the same way, whoever does not know one. Every
//! other service checks tokens by itself, against the public keys that `GetJwks` gives.
//!
//! Start reading at `rpc/login.rs` with `tests/api/login.rs` beside it; `password.rs` says how a password is kept,
//! `tokens.rs` what a token says.

use std::path::PathBuf;
use std::sync::Arc;

use proto::azora::auth::v1::auth_service_server::AuthServiceServer;
use shared::config::Environment;
use shared::error::Error;
use shared::identity::Verifier;
use shared::migrate::Step;
use shared::service::{Parts, Service};
use shared::work::Door;
use tonic::service::Routes;

mod bootstrap;
pub mod config;
mod devices;
pub mod entity;
mod erasure;
pub mod error;
mod evenly;
mod factor;
mod grpc;
pub mod id;
mod mail;
mod migration;
mod one_time;
mod opening;
mod password;
mod policy;
mod proof;
pub mod refresh;
mod revocations;
mod rpc;
mod sealed;
mod service_keys;
mod sms;
mod standing;
mod throttle;
mod tokens;

/// The service.
pub struct Auth {
    work: Door,
    config: config::Config,
    data_dir: PathBuf,
    environment: Environment,
    identity: Arc<Verifier>,
    mail: mail::Mail,
    sms: sms::Sms,
    passwords: password::Passwords,
    service_keys: service_keys::ServiceKeys,
    spray: throttle::Spray,
    revocations: revocations::Revocations,
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
        let Parts { door, config, keys, identity, environment, data_dir, background } = parts;
        let auth = Self {
            mail: mail::Mail::start(&config, environment, &data_dir, &background)?,
            passwords: password::Passwords::start(&keys, config.bcrypt_cost, environment).await?,
            revocations: revocations::Revocations::start(&door, &identity, &background).await?,
            service_keys: service_keys::ServiceKeys::read(&config.service_keys_file)
                .map_err(|error| Error::internal(error.to_string()))?,
            spray: throttle::Spray::default(),
            sms: sms::Sms::start(&config, environment, &data_dir, &background)?,
            tokens: tokens::Tokens::open(&door, &identity, &config, &background).await?,
            config,
            data_dir,
            environment,
            identity,
            work: door,
        };
        sealed::follow(&auth, &background);
        bootstrap::first_admin(&auth).await?;
        Ok(auth)
    }

    fn routes(self) -> Routes {
        Routes::new(AuthServiceServer::new(self))
    }
}

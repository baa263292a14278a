//! The crate that every service stands on: start-up, configuration, database, the one door for writes, audit, errors,
//! identity, and what a call passes through.
//!
//! Read `service.rs` (what a service is), `work.rs` (how a change is made), `call.rs` and `fields.rs` (how a request
//! comes in), `error.rs` (how it is refused), then `layers.rs` and `server.rs` (how it is run).

pub mod amount;
pub mod audit;
pub mod background;
pub mod call;
pub mod cli;
pub mod clock;
pub mod config;
pub mod contract;
pub mod db;
pub mod error;
pub mod failpoint;
pub mod fields;
mod file_lock;
pub mod fleet;
pub mod gather;
pub mod grpc;
pub mod hundredths;
pub mod id;
mod idempotency;
pub mod identity;
pub mod json;
pub mod keys;
pub mod layers;
pub mod migrate;
pub mod origin;
mod outbox;
pub mod page;
pub mod random;
pub mod search;
pub mod secret;
pub mod server;
pub mod service;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
mod wire;
pub mod word;
pub mod work;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub use cli::main;
pub use error::Result;

/// What every RPC returns.
pub type Rpc<T> = std::result::Result<tonic::Response<T>, tonic::Status>;

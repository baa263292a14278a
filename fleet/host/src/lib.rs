//! All nine services in one process: what `fleet up` and an embedded `seed` stand on.
//!
//! `services.rs` is the only list of the nine; `up.rs` starts and drains them together; `keys.rs` makes the service
//! keys that an embedded fleet needs.

mod keys;
mod services;
mod up;

pub use keys::{SEED, service_keys};
pub use services::{Entry, all};
pub use up::{Endpoint, Options, Running, up};

//! Refuses what cannot be served in time, before any work is done for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Result;

/// A place among the calls in flight.
pub fn admit(in_flight: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    let place = in_flight.clone().try_acquire_owned();
    place.map_err(|_full| super::busy("too many calls in flight; try again", Duration::from_secs(1)))
}

//! What a service does beside answering: tasks that end with it.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::clock::Hand;
use crate::error::{Error, Result, chain};

/// The tasks of one service. They are stopped when its last handle is gone.
#[derive(Clone, Default)]
pub struct Background(Arc<Mutex<JoinSet<()>>>);

impl Background {
    /// Runs a task until it ends or the service does.
    pub fn run(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.spawn(task);
    }

    /// Runs a task on a thread of its own until it ends or the service does. It never waits behind the calls that the service
    /// answers; what it connects to it connects to there.
    ///
    /// # Errors
    /// The system has no thread for it.
    pub fn apart<F>(&self, name: &str, task: impl FnOnce() -> F + Send + 'static) -> Result<()>
    where
        F: Future<Output = ()>,
    {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| no_thread(&error))?;
        let (mut stop, stopped) = oneshot::channel::<()>();
        let hand = Hand::here();
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            hand.adopt();
            runtime.block_on(async {
                tokio::select! {
                    () = task() => {}
                    _service_ended = stopped => {}
                }
            });
        });
        thread.map_err(|error| no_thread(&error))?;
        self.run(async move { stop.closed().await });
        Ok(())
    }

    /// Does something again and again. A failure is logged, and the next turn tries anew.
    pub fn every<F>(&self, period: Duration, what: &'static str, mut turn: impl FnMut() -> F + Send + 'static)
    where
        F: Future<Output = Result<()>> + Send,
    {
        self.run(async move {
            loop {
                tokio::time::sleep(period).await;
                attempt(what, turn()).await;
            }
        });
    }
}

fn no_thread(error: &io::Error) -> Error {
    Error::internal(format!("no thread: {error}"))
}

/// Does something once. A failure is logged.
pub async fn attempt(what: &'static str, turn: impl Future<Output = Result<()>>) {
    if let Err(error) = turn.await {
        tracing::warn!(error = chain(&error), what, "a turn of the background failed; the next one tries anew");
    }
}

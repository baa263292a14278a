//! What a service does beside answering: tasks that end with it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::error::{Result, chain};

/// The tasks of one service. They are stopped when its last handle is gone.
#[derive(Clone, Default)]
pub struct Background(Arc<Mutex<JoinSet<()>>>);

impl Background {
    /// Runs a task until it ends or the service does.
    pub fn run(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.spawn(task);
    }

    /// Does something again and again. A failure is logged, and the next turn tries anew.
    pub fn every<F>(&self, period: Duration, what: &'static str, mut turn: impl FnMut() -> F + Send + 'static)
    where
        F: Future<Output = Result<()>> + Send,
    {
        self.run(async move {
            loop {
                tokio::time::sleep(period).await;
                if let Err(error) = turn().await {
                    tracing::warn!(
                        error = chain(&error),
                        what,
                        "a turn of the background failed; the next one tries anew"
                    );
                }
            }
        });
    }
}

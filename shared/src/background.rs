//! What a service does beside answering: tasks that end with it.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;

/// The tasks of one service. They are stopped when its last handle is gone.
#[derive(Clone, Default)]
pub struct Background(Arc<Mutex<JoinSet<()>>>);

impl Background {
    /// Runs a task until it ends or the service does.
    pub fn run(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.spawn(task);
    }
}

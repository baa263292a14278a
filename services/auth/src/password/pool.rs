//! Threads of their own for hashes, one for each core, at a lowered priority: a storm of logins leaves the cores to whoever is
//! signed in already.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, thread};

use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// How much lower than everything else, as `nice` counts: the lowest.
const LOWERED_BY: i32 = 19;

/// The threads. They end with the pool.
pub struct Pool {
    jobs: Sender<Job>,
    threads: u64,
}

impl Pool {
    /// Starts as many threads as there are cores.
    pub fn start() -> io::Result<Self> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let (jobs, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..threads {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name("password".to_owned()).spawn(move || work(&waiting))?;
        }
        Ok(Self { jobs, threads: u64::try_from(threads).unwrap_or(1) })
    }

    /// How many there are.
    pub fn threads(&self) -> u64 {
        self.threads
    }

    /// Runs a job in its turn; a job whose caller has gone before it began is not run. `None` if the threads are gone.
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (done, answer) = oneshot::channel();
        let turn = move || {
            if !done.is_closed() {
                // A caller that has gone in the meantime has no use for the answer.
                let _gone = done.send(job());
            }
        };
        self.jobs.send(Box::new(turn)).ok()?;
        answer.await.ok()
    }
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    // On Linux this is the priority of the calling thread alone.
    if let Err(error) = rustix::process::setpriority_process(None, LOWERED_BY) {
        tracing::warn!(%error, "the threads that hash passwords keep the priority of the others");
    }
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(job) => job(),
            Err(_pool_gone) => return,
        }
    }
}

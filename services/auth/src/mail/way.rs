//! The way out, for letters and text messages alike: a server, reached in the background and tried a few times, or files,
//! where a developer finds them.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use shared::background::Background;
use shared::config::Environment;
use shared::id::UserId;
use shared::keys::write_private;
use shared::random;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Messages that wait to be begun, and as many that are begun: on a line, or waiting for their next attempt.
const QUEUE_MAX: usize = 1000;
/// Attempts at a time.
const LINES: usize = 8;

/// What is carried.
pub trait Load: Send + Sync + 'static {
    /// How the name of its file ends.
    const EXTENSION: &'static str;

    /// What its file says.
    fn as_file(&self) -> String;
}

/// What reaches a server.
pub trait Carrier: Send + Sync + 'static {
    type Load: Load;
    /// For one attempt.
    const DEADLINE: Duration;
    /// Between the attempts; there is one attempt more.
    const PAUSES: &'static [Duration];

    /// One attempt.
    fn carry(&self, load: &Self::Load) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Why an attempt failed.
pub struct Failure {
    passes: bool,
    /// For the log: neither address nor content.
    reason: String,
}

impl Failure {
    /// The server could not be reached, or asks for patience.
    pub fn passing(reason: impl Into<String>) -> Self {
        Self { passes: true, reason: reason.into() }
    }

    /// The server does not want it.
    pub fn last(reason: impl Into<String>) -> Self {
        Self { passes: false, reason: reason.into() }
    }

    /// Whether another attempt may do better.
    pub fn passes(&self) -> bool {
        self.passes
    }
}

/// The way out.
pub enum Way<C: Carrier> {
    /// To a server, by the background.
    Server(mpsc::Sender<Parcel<C::Load>>),
    /// Into this folder.
    Files(PathBuf),
    /// It is production, and no server is named.
    Nowhere,
}

impl<C: Carrier> Way<C> {
    /// The way by `carrier`; without one, files below `data_dir`, but not in production.
    pub fn open(carrier: Option<C>, environment: Environment, data_dir: &Path, background: &Background) -> Self {
        match carrier {
            Some(carrier) => {
                let (queue, waiting) = mpsc::channel(QUEUE_MAX);
                background.run(work(Arc::new(carrier), waiting));
                Self::Server(queue)
            }
            None if environment == Environment::Production => Self::Nowhere,
            None => Self::Files(data_dir.join("outbox")),
        }
    }

    /// Sends one message; what becomes of it is told by the log alone.
    pub async fn send(&self, user: UserId, kind: &'static str, load: C::Load) {
        match self {
            Self::Server(queue) => {
                let parcel = Parcel { user, kind, load, missing: Some("the service ended".to_owned()) };
                if let Err(TrySendError::Full(mut left_over)) = queue.try_send(parcel) {
                    left_over.missing = Some("too many are waiting".to_owned());
                }
            }
            Self::Files(folder) => write(folder.clone(), user, kind, load).await,
            Self::Nowhere => {
                tracing::warn!(user.id = %user, kind, "message lost: no way to send it is configured");
            }
        }
    }
}

/// A message on its way. One that is gone before it has arrived is logged, whatever the cause.
pub struct Parcel<L> {
    user: UserId,
    kind: &'static str,
    load: L,
    /// Why it has not arrived; `None` once it has.
    missing: Option<String>,
}

impl<L> Drop for Parcel<L> {
    fn drop(&mut self) {
        if let Some(reason) = &self.missing {
            tracing::error!(user.id = %self.user, kind = self.kind, reason, "message lost");
        }
    }
}

/// Carries what comes, until nothing more can.
async fn work<C: Carrier>(carrier: Arc<C>, mut waiting: mpsc::Receiver<Parcel<C::Load>>) {
    let lines = Arc::new(Semaphore::new(LINES));
    let mut begun = JoinSet::new();
    while let Some(parcel) = waiting.recv().await {
        if begun.len() == QUEUE_MAX {
            let _ended = begun.join_next().await;
        }
        begun.spawn(deliver(Arc::clone(&carrier), Arc::clone(&lines), parcel));
    }
}

/// Tries until it has arrived, or there is no use in trying.
async fn deliver<C: Carrier>(carrier: Arc<C>, lines: Arc<Semaphore>, mut parcel: Parcel<C::Load>) {
    let mut pauses = C::PAUSES.iter();
    loop {
        let line = lines.acquire().await;
        let tried = timeout(C::DEADLINE, carrier.carry(&parcel.load)).await;
        drop(line);
        let failure = match tried {
            Ok(Ok(())) => {
                parcel.missing = None;
                return;
            }
            Ok(Err(failure)) => failure,
            Err(_elapsed) => Failure::passing("no answer in time"),
        };
        let passes = failure.passes();
        parcel.missing = Some(failure.reason);
        let Some(pause) = pauses.next().filter(|_| passes) else { return };
        sleep(*pause).await;
    }
}

/// Writes a message to a file that its owner alone may read.
async fn write<L: Load>(folder: PathBuf, user: UserId, kind: &'static str, load: L) {
    let file = folder.join(format!("{kind}-{user}-{}.{}", random::hex::<4>(), L::EXTENSION));
    let written = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&folder).and_then(|()| write_private(&file, &load.as_file()))
    });
    let error = match written.await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::error!(user.id = %user, kind, error, "message lost: its file cannot be written");
}

/// Whether what goes to this host of a URL stays on the machine.
pub fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    impl Load for &'static str {
        const EXTENSION: &'static str = "txt";

        fn as_file(&self) -> String {
            (*self).to_owned()
        }
    }

    /// Fails so often before it arrives.
    struct Slow {
        passes: bool,
        failures: usize,
        attempts: AtomicUsize,
    }

    impl Carrier for Slow {
        type Load = &'static str;
        const DEADLINE: Duration = Duration::from_secs(5);
        const PAUSES: &'static [Duration] = &[Duration::from_millis(1), Duration::from_millis(1)];

        async fn carry(&self, _load: &Self::Load) -> Result<(), Failure> {
            let before = self.attempts.fetch_add(1, Ordering::SeqCst);
            let failure = Failure { passes: self.passes, reason: "down".to_owned() };
            if before < self.failures { Err(failure) } else { Ok(()) }
        }
    }

    fn parcel() -> Parcel<&'static str> {
        Parcel { user: UserId::new(), kind: "code", load: "hello", missing: None }
    }

    /// How often is tried what fails so often.
    async fn attempts(passes: bool, failures: usize) -> usize {
        let slow = Arc::new(Slow { passes, failures, attempts: AtomicUsize::new(0) });
        deliver(Arc::clone(&slow), Arc::new(Semaphore::new(1)), parcel()).await;
        slow.attempts.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn what_may_pass_is_tried_again_but_not_for_ever() {
        assert_eq!(attempts(true, 0).await, 1);
        assert_eq!(attempts(true, 2).await, 3);
        assert_eq!(attempts(true, 9).await, 3);
    }

    #[tokio::test]
    async fn what_the_server_does_not_want_is_tried_once() {
        assert_eq!(attempts(false, 9).await, 1);
    }

    #[tokio::test]
    async fn a_full_queue_takes_nothing_more_and_holds_nobody_up() {
        let (queue, mut waiting) = mpsc::channel(1);
        let way = Way::<Slow>::Server(queue);
        way.send(UserId::new(), "code", "first").await;
        way.send(UserId::new(), "code", "second").await;
        assert_eq!(waiting.try_recv().expect("the first").load, "first");
        assert!(waiting.try_recv().is_err());
    }

    #[tokio::test]
    async fn files_are_for_their_owner_and_not_for_production() {
        let folder = tempfile::tempdir().expect("a folder");
        let user = UserId::new();
        for environment in [Environment::Production, Environment::Development] {
            let way = Way::<Slow>::open(None, environment, folder.path(), &Background::default());
            way.send(user, "code", "hello").await;
        }
        let files: Vec<_> = std::fs::read_dir(folder.path().join("outbox")).expect("an outbox").collect();
        assert_eq!(files.len(), 1);
        let file = files[0].as_ref().expect("a file");
        assert!(file.file_name().to_string_lossy().starts_with(&format!("code-{user}-")));
        assert_eq!(file.metadata().expect("known").permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_to_string(file.path()).expect("readable"), "hello");
    }

    #[test]
    fn only_the_machine_itself_is_loopback() {
        assert!(["localhost", "127.0.0.1", "[::1]"].into_iter().all(is_loopback));
        assert!(!["localhost.example.org", "192.0.2.1", "[2001:db8::1]", ""].into_iter().any(is_loopback));
    }
}

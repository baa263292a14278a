//! A bad network, in process: a proxy between a service and its database, or between two services, whose faults are switched
//! while it runs.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Bytes that are let through in one piece.
const CHUNK: usize = 16 * 1024;
/// `COMMIT` as Postgres is sent it, in a connection without TLS.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// What the client says.
    ToServer,
    /// What the server says.
    ToClient,
}

/// What is wrong with the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Each piece is late, either way.
    Delay(Duration),
    /// A connection is cut once the server has said so many bytes on it.
    CutAfter(usize),
    /// What goes one way is lost, and nobody is told.
    Swallow(Way),
    /// Nothing is read from anybody: connections stay, buffers fill up. What was on its way arrives when it is over.
    HalfOpen,
    /// New connections are hung up on; those that are there go on.
    Refuse,
    /// On one of so many connections the answer to a call (HTTP/2) is cut off: the service has done what it was asked.
    CutAnswer {
        /// Every so-many-th connection.
        one_in: usize,
    },
    /// The answer to one of so many `COMMIT`s (Postgres) is swallowed and the connection cut: nobody knows the outcome.
    CutCommit {
        /// Every so-many-th commit.
        one_in: usize,
    },
}

/// Forwards connections, well or badly.
pub struct FaultProxy {
    /// Where it listens.
    pub address: SocketAddr,
    network: Arc<Network>,
}

/// What all connections share.
struct Network {
    fault: watch::Sender<Fault>,
    /// How often all connections have been hung up on.
    hung_up: watch::Sender<usize>,
    cut: AtomicUsize,
    commits: AtomicUsize,
}

/// One connection.
struct Line {
    network: Arc<Network>,
    /// Which one it is, from 1.
    number: usize,
    /// Whether the next that the server says is the answer to be cut off.
    committed: AtomicBool,
}

impl FaultProxy {
    /// Listens on a free port in front of `upstream`, without any fault.
    pub async fn start(upstream: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let network = Arc::new(Network {
            fault: watch::Sender::new(Fault::None),
            hung_up: watch::Sender::new(0),
            cut: AtomicUsize::new(0),
            commits: AtomicUsize::new(0),
        });
        tokio::spawn(listen(listener, upstream, Arc::clone(&network)));
        Self { address, network }
    }

    /// From now on this is wrong, also on the connections that are there.
    pub fn set(&self, fault: Fault) {
        self.network.fault.send_replace(fault);
    }

    /// Cuts every connection that is there. Says nothing about new ones.
    pub fn hang_up(&self) {
        self.network.hung_up.send_modify(|times| *times += 1);
    }

    /// How many connections a fault has cut.
    #[must_use]
    pub fn cut(&self) -> usize {
        self.network.cut.load(Ordering::Relaxed)
    }
}

async fn listen(listener: TcpListener, upstream: String, network: Arc<Network>) {
    for number in 1_usize.. {
        let Ok((client, _)) = listener.accept().await else { return };
        if *network.fault.borrow() == Fault::Refuse {
            network.cut.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        let line = Line { network: Arc::clone(&network), number, committed: AtomicBool::new(false) };
        let upstream = upstream.clone();
        tokio::spawn(async move {
            if let Ok(server) = TcpStream::connect(&upstream).await {
                line.carry(client, server).await;
            }
        });
    }
}

impl Line {
    /// Passes on what both say. Whoever hangs up first ends both.
    async fn carry(&self, client: TcpStream, server: TcpStream) {
        for side in [&client, &server] {
            // One that has hung up already is found out by reading.
            let _gone = side.set_nodelay(true);
        }
        let mut hung_up = self.network.hung_up.subscribe();
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::select! {
            () = self.pass(Way::ToServer, from_client, to_server) => {}
            () = self.pass(Way::ToClient, from_server, to_client) => {}
            _changed = hung_up.changed() => { self.network.cut.fetch_add(1, Ordering::Relaxed); }
        }
    }

    async fn pass(&self, way: Way, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut faults = self.network.fault.subscribe();
        let (mut chunk, mut passed, mut before) = (vec![0; CHUNK], 0, Vec::new());
        loop {
            if faults.wait_for(|fault| *fault != Fault::HalfOpen).await.is_err() {
                return;
            }
            let Ok(read @ 1..) = from.read(&mut chunk).await else { return };
            // It may have come while the fault was switched on.
            let Ok(fault) = faults.wait_for(|fault| *fault != Fault::HalfOpen).await.map(|fault| *fault) else {
                return;
            };
            let mut piece = &chunk[..read];
            let mut last = false;
            match fault {
                Fault::Delay(late) => tokio::time::sleep(late).await,
                Fault::Swallow(lost) if lost == way => continue,
                Fault::CutAfter(most) if way == Way::ToClient && passed + read >= most => {
                    piece = &piece[..most.saturating_sub(passed).min(read)];
                    last = true;
                }
                Fault::CutAnswer { one_in } if way == Way::ToClient && self.number.is_multiple_of(one_in) => {
                    last = answers(piece);
                    piece = if last { &[] } else { piece };
                }
                Fault::CutCommit { one_in } if way == Way::ToServer => self.count_commits(&mut before, piece, one_in),
                _ => {}
            }
            if way == Way::ToClient && self.committed.load(Ordering::Acquire) {
                piece = &[];
                last = true;
            }
            if to.write_all(piece).await.is_err() {
                return;
            }
            passed += piece.len();
            if last {
                self.network.cut.fetch_add(1, Ordering::Relaxed);
                return;
            }
        }
    }

    /// Looks for commits, also for one that begins `before` this piece; the answer to one of so many is not to arrive.
    fn count_commits(&self, before: &mut Vec<u8>, piece: &[u8], one_in: usize) {
        before.extend_from_slice(piece);
        let found = before.windows(COMMIT.len()).filter(|window| *window == COMMIT).count();
        for _ in 0..found {
            let number = self.network.commits.fetch_add(1, Ordering::Relaxed) + 1;
            if number.is_multiple_of(one_in) {
                self.committed.store(true, Ordering::Release);
            }
        }
        // Too short to be found a second time.
        before.drain(..before.len().saturating_sub(COMMIT.len() - 1));
    }
}

/// Whether HTTP/2 frames hold headers or data: the beginning of an answer. Settings and acknowledgements do not count.
fn answers(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while rest.len() >= 9 {
        if matches!(rest[3], 0 | 1) {
            return true;
        }
        let length = usize::from(rest[0]) << 16 | usize::from(rest[1]) << 8 | usize::from(rest[2]);
        rest = rest.get(9 + length..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::time::timeout;

    use super::*;

    /// Long enough for a piece to come and go on a busy machine, short enough to wait for one that does not come.
    const SOON: Duration = Duration::from_secs(5);
    const NEVER: Duration = Duration::from_millis(150);

    /// A proxy before a server that says back what it hears, and counts it.
    async fn echo() -> (FaultProxy, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let heard = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let counted = Arc::clone(&counted);
                tokio::spawn(async move {
                    let mut chunk = vec![0; CHUNK];
                    while let Ok(read @ 1..) = client.read(&mut chunk).await {
                        counted.fetch_add(read, Ordering::SeqCst);
                        if client.write_all(&chunk[..read]).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        (FaultProxy::start(address.to_string()).await, heard)
    }

    async fn connected(proxy: &FaultProxy) -> TcpStream {
        TcpStream::connect(proxy.address).await.expect("it listens")
    }

    /// Says something and gives what comes back: `None` if nothing does, nothing at all if the line is cut.
    async fn said(line: &mut TcpStream, words: &[u8]) -> Option<Vec<u8>> {
        line.write_all(words).await.expect("sent");
        heard(line, words.len(), NEVER).await
    }

    async fn heard(line: &mut TcpStream, length: usize, patience: Duration) -> Option<Vec<u8>> {
        let mut answer = vec![0; length];
        let mut filled = 0;
        while filled < length {
            match timeout(patience, line.read(&mut answer[filled..])).await {
                Ok(Ok(read @ 1..)) => filled += read,
                Ok(_cut) => break,
                Err(_elapsed) => return None,
            }
        }
        answer.truncate(filled);
        Some(answer)
    }

    /// What comes back on a line without a fault.
    async fn answered(line: &mut TcpStream, words: &[u8]) -> Option<Vec<u8>> {
        line.write_all(words).await.expect("sent");
        heard(line, words.len(), SOON).await
    }

    #[tokio::test]
    async fn without_a_fault_everything_comes_through() {
        let (proxy, _) = echo().await;
        let mut line = connected(&proxy).await;
        let long: Vec<u8> = (0..100_000_u32).map(|number| number.to_le_bytes()[0]).collect();
        assert_eq!(answered(&mut line, &long).await.as_deref(), Some(long.as_slice()));
        assert_eq!(proxy.cut(), 0);
    }

    #[tokio::test]
    async fn a_delay_is_met_both_ways_and_ends() {
        let (proxy, _) = echo().await;
        let mut line = connected(&proxy).await;
        proxy.set(Fault::Delay(Duration::from_millis(60)));
        let since = Instant::now();
        assert_eq!(answered(&mut line, b"late").await.as_deref(), Some(&b"late"[..]));
        assert!(since.elapsed() >= Duration::from_millis(120), "{:?}", since.elapsed());
        proxy.set(Fault::None);
        assert_eq!(answered(&mut line, b"soon").await.as_deref(), Some(&b"soon"[..]));
    }

    #[tokio::test]
    async fn a_line_is_cut_after_so_many_bytes() {
        let (proxy, _) = echo().await;
        let mut line = connected(&proxy).await;
        proxy.set(Fault::CutAfter(6));
        assert_eq!(answered(&mut line, b"four").await.as_deref(), Some(&b"four"[..]));
        assert_eq!(answered(&mut line, b"more").await.as_deref(), Some(&b"mo"[..]));
        assert_eq!(proxy.cut(), 1);
    }

    #[tokio::test]
    async fn one_direction_is_swallowed_and_nobody_is_told() {
        let (proxy, server) = echo().await;
        let mut line = connected(&proxy).await;
        proxy.set(Fault::Swallow(Way::ToServer));
        assert_eq!(said(&mut line, b"lost").await, None);
        assert_eq!(server.load(Ordering::SeqCst), 0);
        proxy.set(Fault::Swallow(Way::ToClient));
        assert_eq!(said(&mut line, b"heard").await, None);
        assert_eq!(server.load(Ordering::SeqCst), 5, "the server has heard it");
        proxy.set(Fault::None);
        assert_eq!(answered(&mut line, b"again").await.as_deref(), Some(&b"again"[..]));
    }

    #[tokio::test]
    async fn what_a_half_open_line_keeps_arrives_when_it_is_over() {
        let (proxy, server) = echo().await;
        let mut line = connected(&proxy).await;
        assert_eq!(answered(&mut line, b"before").await.as_deref(), Some(&b"before"[..]));
        proxy.set(Fault::HalfOpen);
        assert_eq!(said(&mut line, b"kept").await, None);
        assert_eq!(server.load(Ordering::SeqCst), 6);
        proxy.set(Fault::None);
        assert_eq!(heard(&mut line, 4, SOON).await.as_deref(), Some(&b"kept"[..]));
    }

    #[tokio::test]
    async fn new_connections_are_refused_and_old_ones_go_on() {
        let (proxy, _) = echo().await;
        let mut old = connected(&proxy).await;
        assert_eq!(answered(&mut old, b"old").await.as_deref(), Some(&b"old"[..]));
        proxy.set(Fault::Refuse);
        let mut new = connected(&proxy).await;
        assert_eq!(heard(&mut new, 1, SOON).await.as_deref(), Some(&b""[..]));
        assert_eq!(answered(&mut old, b"old").await.as_deref(), Some(&b"old"[..]));
        proxy.set(Fault::None);
        let mut new = connected(&proxy).await;
        assert_eq!(answered(&mut new, b"new").await.as_deref(), Some(&b"new"[..]));
    }

    #[tokio::test]
    async fn hanging_up_ends_what_is_there_and_nothing_else() {
        let (proxy, _) = echo().await;
        let mut line = connected(&proxy).await;
        assert_eq!(answered(&mut line, b"here").await.as_deref(), Some(&b"here"[..]));
        proxy.hang_up();
        assert_eq!(heard(&mut line, 1, SOON).await.as_deref(), Some(&b""[..]));
        assert_eq!(proxy.cut(), 1);
        let mut line = connected(&proxy).await;
        assert_eq!(answered(&mut line, b"anew").await.as_deref(), Some(&b"anew"[..]));
    }

    #[tokio::test]
    async fn the_answer_to_a_commit_is_lost_after_the_server_has_heard_it() {
        let (proxy, server) = echo().await;
        proxy.set(Fault::CutCommit { one_in: 2 });
        let mut line = connected(&proxy).await;
        assert_eq!(answered(&mut line, COMMIT).await.as_deref(), Some(COMMIT));
        // The second one, in two pieces.
        let (first, rest) = COMMIT.split_at(5);
        assert_eq!(answered(&mut line, first).await.as_deref(), Some(first));
        assert_eq!(answered(&mut line, rest).await.as_deref(), Some(&b""[..]));
        assert_eq!((server.load(Ordering::SeqCst), proxy.cut()), (2 * COMMIT.len(), 1));
    }

    #[test]
    fn an_answer_is_headers_or_data() {
        let settings = [0, 0, 1, 4, 0, 0, 0, 0, 0, 7];
        let headers = [0, 0, 0, 1, 4, 0, 0, 0, 1];
        assert!(!answers(&settings));
        assert!(answers(&headers));
        assert!(answers(&[&settings[..], &headers].concat()));
    }
}

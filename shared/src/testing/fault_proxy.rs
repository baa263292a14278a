//! A proxy in front of a service that cuts answers off: the service has done what it was asked, and the caller never hears
//! of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Bytes of an answer that are let through in one piece.
const CHUNK: usize = 16 * 1024;

/// Forwards connections, and cuts every so-many-th.
pub struct FaultProxy {
    /// Where it listens.
    pub address: SocketAddr,
    cut: Arc<AtomicUsize>,
}

impl FaultProxy {
    /// Listens on a free port in front of `upstream`; of each `one_in` connections, one is cut.
    pub async fn start(upstream: String, one_in: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let cut = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&cut);
        tokio::spawn(async move {
            for number in 1_usize.. {
                let Ok((client, _)) = listener.accept().await else { return };
                let (upstream, counted) = (upstream.clone(), Arc::clone(&counted));
                tokio::spawn(async move {
                    let Ok(server) = TcpStream::connect(&upstream).await else { return };
                    if number.is_multiple_of(one_in) {
                        cut_off(client, server, &counted).await;
                    } else {
                        pass(client, server).await;
                    }
                });
            }
        });
        Self { address, cut }
    }

    /// How many answers have been cut off.
    #[must_use]
    pub fn cut(&self) -> usize {
        self.cut.load(Ordering::Relaxed)
    }
}

async fn pass(mut client: TcpStream, mut server: TcpStream) {
    // Whoever hangs up first ends both.
    let _ended = tokio::io::copy_bidirectional(&mut client, &mut server).await;
}

/// Passes on what the client sends, and what the server says until it answers a call: then both are hung up on.
async fn cut_off(mut client: TcpStream, mut server: TcpStream, counted: &AtomicUsize) {
    let (mut asking, mut hearing) = client.split();
    let (mut answering, mut serving) = server.split();
    let answer = async {
        let mut chunk = vec![0; CHUNK];
        loop {
            let Ok(read @ 1..) = answering.read(&mut chunk).await else { return };
            if answers(&chunk[..read]) {
                counted.fetch_add(1, Ordering::Relaxed);
                return;
            }
            if hearing.write_all(&chunk[..read]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = answer => {}
        _ended = tokio::io::copy(&mut asking, &mut serving) => {}
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

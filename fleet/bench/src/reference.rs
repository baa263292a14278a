//! What the fleet is held against: a tonic server that does nothing, and Postgres without us.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::load::{Measured, measure};

/// The probe on a bare server: the smallest message through the whole of tonic, and nothing of ours.
pub struct Echo {
    channel: Channel,
    server: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Echo {
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (_reporter, probe) = tonic_health::server::health_reporter();
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let server = tokio::spawn(Server::builder().add_service(probe).serve_with_incoming(incoming));
        let channel = Endpoint::from_shared(format!("http://{address}"))?.connect().await?;
        Ok(Self { channel, server })
    }

    pub async fn measure(&self, callers: usize, time: Duration) -> Result<Measured> {
        let channel = self.channel.clone();
        measure(callers, time, move || {
            let mut client = HealthClient::new(channel.clone());
            async move {
                client.check(HealthCheckRequest::default()).await?;
                Ok(())
            }
        })
        .await
    }
}

/// `pgbench -S` with prepared statements and 16 clients, on a database of its own that is dropped at the end.
pub struct Pgbench {
    server: String,
}

const DATABASE: &str = "azora_bench_pgbench";

impl Drop for Pgbench {
    fn drop(&mut self) {
        if let Err(error) = self.administer(&format!("DROP DATABASE {DATABASE}")) {
            eprintln!("bench: {error:#}");
        }
    }
}

impl Pgbench {
    pub fn make(server: &str) -> Result<Self> {
        let made = Self { server: server.trim_end_matches('/').to_owned() };
        made.administer(&format!("DROP DATABASE IF EXISTS {DATABASE}"))?;
        made.administer(&format!("CREATE DATABASE {DATABASE}"))?;
        command("pgbench", &["-i", "-q", "-s", "10", &made.url()])?;
        Ok(made)
    }

    fn url(&self) -> String {
        format!("{}/{DATABASE}", self.server)
    }

    fn administer(&self, statement: &str) -> Result<String> {
        command("psql", &["-qc", statement, &format!("{}/postgres", self.server)])
    }

    pub fn measure(&self, time: Duration) -> Result<Measured> {
        let seconds = time.as_secs().max(1).to_string();
        let url = self.url();
        let printed = command("pgbench", &["-S", "-M", "prepared", "-c", "16", "-j", "2", "-T", &seconds, &url])?;
        let figure = |label: &str, place: usize| -> Option<f64> {
            printed.lines().find(|line| line.starts_with(label))?.split_whitespace().nth(place)?.parse().ok()
        };
        let rate = figure("tps = ", 2).context("pgbench printed no rate")?;
        let mean = figure("latency average = ", 3).context("pgbench printed no latency")?;
        // pgbench gives a mean and no quantiles without a log of every transaction.
        Ok(Measured { rate, p50: mean, p99: f64::NAN })
    }
}

fn command(program: &str, arguments: &[&str]) -> Result<String> {
    let ran = Command::new(program).args(arguments).output().with_context(|| format!("{program} cannot be run"))?;
    if !ran.status.success() {
        bail!("{program} failed: {}", String::from_utf8_lossy(&ran.stderr));
    }
    Ok(String::from_utf8_lossy(&ran.stdout).into_owned())
}

//! What the fleet is held against: a tonic server that does nothing, and Postgres without us.

use std::io::Write;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;
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
        measure(callers, time, move |_caller| {
            let mut client = HealthClient::new(channel.clone());
            async move {
                client.check(HealthCheckRequest::default()).await?;
                Ok(())
            }
        })
        .await
    }
}

/// A database for pgbench, dropped at the end.
pub struct Pgbench {
    server: String,
    name: String,
}

/// What pgbench repeats, always with prepared statements.
pub enum Script<'a> {
    /// One row read by its key: `-S`.
    Select,
    /// Its own transaction of five statements.
    Tpcb,
    /// Whatever this says.
    Own(&'a str),
}

impl Drop for Pgbench {
    fn drop(&mut self) {
        if let Err(error) = self.administer(&format!("DROP DATABASE {} WITH (FORCE)", self.name)) {
            eprintln!("bench: {error:#}");
        }
    }
}

impl Pgbench {
    /// A database with nothing in it.
    pub fn empty(server: &str, name: &str) -> Result<Self> {
        let made = Self { server: server.trim_end_matches('/').to_owned(), name: format!("azora_bench_{name}") };
        made.administer(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", made.name))?;
        made.administer(&format!("CREATE DATABASE {}", made.name))?;
        Ok(made)
    }

    /// One with pgbench's tables.
    pub fn make(server: &str, scale: u32) -> Result<Self> {
        let made = Self::empty(server, "pgbench")?;
        command("pgbench", &["-i", "-q", "-s", &scale.to_string(), &made.url()])?;
        Ok(made)
    }

    pub fn url(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    fn administer(&self, statement: &str) -> Result<String> {
        command("psql", &["-qc", statement, &format!("{}/postgres", self.server)])
    }

    /// Runs SQL.
    pub fn execute(&self, sql: &str) -> Result<String> {
        command("psql", &["-q", "-v", "ON_ERROR_STOP=1", "-c", sql, &self.url()])
    }

    pub fn measure(&self, script: &Script<'_>, clients: usize, time: Duration) -> Result<Measured> {
        let seconds = time.as_secs().max(1).to_string();
        let (clients, url) = (clients.to_string(), self.url());
        let mut file = NamedTempFile::new()?;
        let mut arguments = vec!["-n", "-M", "prepared", "-c", &clients, "-j", "2", "-T", &seconds];
        match script {
            Script::Select => arguments.push("-S"),
            Script::Tpcb => {}
            Script::Own(text) => {
                file.write_all(text.as_bytes())?;
                arguments.extend(["-f", file.path().to_str().context("a path that is no text")?]);
            }
        }
        arguments.push(&url);
        let printed = command("pgbench", &arguments)?;
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

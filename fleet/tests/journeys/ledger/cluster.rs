//! A Postgres of a test's own, with everything on that keeps data safe: it may be killed, filled up and crowded without anybody
//! else noticing.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use shared::db::{Database, Settings};
use tempfile::TempDir;

/// For a server to come up, also after a crash.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server.
pub struct Cluster {
    folder: TempDir,
    port: u16,
    settings: &'static [&'static str],
    server: Child,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Cluster {
    /// Makes one and starts it, with settings of the test's own.
    pub async fn start(settings: &'static [&'static str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        if let Some((user, group)) = owner() {
            chown(folder.path(), Some(user), Some(group)).expect("the folder is given away");
        }
        let mut make = command("initdb", folder.path());
        // Small pieces of the log, so that the log fits where tables do not.
        make.arg("-D").arg(folder.path().join("data")).args(["-U", "postgres", "-A", "trust", "-E", "UTF8"]);
        make.args(["--locale=C", "--wal-segsize=1", "--no-sync"]);
        let made = make.output().expect("initdb of Postgres");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let server = spawned(folder.path(), port, settings);
        let mut cluster = Self { folder, port, settings, server };
        cluster.up().await;
        cluster
    }

    /// Where it answers.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Its URL, up to the host.
    pub fn url(&self) -> String {
        format!("postgres://postgres@{}", self.address())
    }

    /// One connection to a database, that shows itself as `name`.
    pub async fn connect(&self, database: &str, name: &str) -> Option<Database> {
        let settings = Settings {
            url: format!("{}/{database}?sslmode=disable", self.url()),
            application_name: name.to_owned(),
            schema: None,
            connections: 1,
            acquire: Duration::from_millis(200),
        };
        Database::connect(&settings).await.ok()
    }

    /// SIGKILL, for all of its processes.
    pub fn kill(&mut self) {
        if self.server.try_wait().expect("ours").is_some() {
            return;
        }
        let first = Pid::from_child(&self.server);
        // Stopped before, so that it does not see the others die and begins to tidy up.
        let _ended = kill_process(first, Signal::STOP);
        let others = children_of(self.server.id());
        self.server.kill().expect("ours");
        for other in others {
            let _ended = kill_process(other, Signal::KILL);
        }
        self.server.wait().expect("it ended");
    }

    /// Starts it again on what is left.
    pub async fn restart(&mut self) {
        self.server = spawned(self.folder.path(), self.port, self.settings);
        self.up().await;
    }

    /// None of its files grows beyond so many bytes: a full disk. `None` gives the room back.
    pub fn limit(&self, bytes: Option<u64>) {
        let processes = children_of(self.server.id()).into_iter().chain([Pid::from_child(&self.server)]);
        for process in processes {
            limit(command("prlimit", self.folder.path()), &process.as_raw_nonzero().to_string(), bytes);
        }
    }

    async fn up(&mut self) {
        let since = Instant::now();
        let port = self.port.to_string();
        let mut ask = command("pg_isready", self.folder.path());
        ask.args(["-q", "-h", "127.0.0.1", "-p", &port]);
        while !ask.status().expect("pg_isready of Postgres").success() {
            let log = || fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(since.elapsed() < PATIENCE, "Postgres does not come up: {}", log());
            tokio::time::sleep(Duration::from_millis(50)).await;
            // Those that were killed may take a moment to let go of what they shared.
            if self.server.try_wait().expect("ours").is_some() {
                self.server = spawned(self.folder.path(), self.port, self.settings);
            }
        }
    }
}

/// Keeps a process from writing any file beyond so many bytes; `None` lets it.
pub fn limit(mut prlimit: Command, process: &str, bytes: Option<u64>) {
    let bytes = bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
    // The soft limit only: it may be raised again.
    let limited = prlimit.args(["--pid", process, &format!("--fsize={bytes}:")]).output().expect("prlimit");
    let told = String::from_utf8_lossy(&limited.stderr);
    // One of them may have ended meanwhile.
    assert!(limited.status.success() || told.contains("No such process"), "{told}");
}

fn spawned(folder: &Path, port: u16, settings: &[&str]) -> Child {
    let log = File::options().append(true).create(true).open(folder.join("log")).expect("a log");
    let mut serve = command("postgres", folder);
    serve.arg("-D").arg(folder.join("data")).arg("-k").arg(folder).args(["-p", &port.to_string()]);
    for setting in ["listen_addresses=127.0.0.1", "fsync=on"].iter().chain(settings) {
        serve.arg("-c").arg(setting);
    }
    serve.stdout(Stdio::null()).stderr(log).spawn().expect("it starts")
}

/// A program, run as whoever owns the server: Postgres does not serve as root.
fn command(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(program(name));
    command.current_dir(folder).env("LC_ALL", "C").stdin(Stdio::null());
    if let Some((user, group)) = owner() {
        command.uid(user).gid(group);
    }
    command
}

/// Where a program is: the newest Postgres below /usr/lib, where Debian keeps them, or on the path.
fn program(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = versions.filter_map(|version| {
        let number: u32 = version.file_name().to_str()?.parse().ok()?;
        Some((number, version.path().join("bin").join(name))).filter(|(_, path)| path.exists())
    });
    found.max().map_or_else(|| PathBuf::from(name), |(_, path)| path)
}

/// User and group of `postgres`, where the test runs as root.
fn owner() -> Option<(u32, u32)> {
    if !geteuid().is_root() {
        return None;
    }
    let accounts = fs::read_to_string("/etc/passwd").expect("accounts");
    let account = accounts.lines().find_map(|line| line.strip_prefix("postgres:")).expect("a user postgres");
    let mut numbers = account.split(':').skip(1).map(|number| number.parse().expect("a number"));
    numbers.next().zip(numbers.next())
}

fn children_of(parent: u32) -> Vec<Pid> {
    let processes = fs::read_dir("/proc").expect("processes").flatten();
    let children = processes.filter_map(|process| {
        let id: i32 = process.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(process.path().join("stat")).ok()?;
        // `1234 (postgres: writer) S 1200 ..`
        let above: u32 = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
        Pid::from_raw(id).filter(|_| above == parent)
    });
    children.collect()
}

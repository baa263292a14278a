//! A place for real processes: a data folder and nine databases of their own, on the backend of this run.

use std::process::{Command, Output};

use tempfile::TempDir;

use super::database::{connect, url_for_a_process};
use crate::config::PORTS;
use crate::db::Database;

/// A data folder, and what tells a process to use it.
pub struct Place {
    /// The data folder; it is removed with the place.
    pub folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Place {
    /// A new one, without a table in any database.
    pub async fn new() -> Self {
        let mut place = Self::bare();
        for (service, _) in PORTS {
            let url = url_for_a_process(place.folder.path(), service).await;
            place.variables.push((variable(service), url));
        }
        place
    }

    /// A new one on a Postgres of the test's own: each service has `azora_<service>` there. The URL ends after the host.
    #[must_use]
    pub fn on(server: &str) -> Self {
        let mut place = Self::bare();
        let server = server.trim_end_matches('/');
        for (service, _) in PORTS {
            // Without TLS, so that a proxy can read along.
            place.variables.push((variable(service), format!("{server}/azora_{service}?sslmode=disable")));
        }
        place
    }

    fn bare() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data_dir = folder.path().display().to_string();
        let variables = [
            ("AZORA_ENV", "test"),
            ("AZORA_LOG", "off"),
            ("AZORA_DATA_DIR", data_dir.as_str()),
            ("AZORA_AUTH_BCRYPT_COST", "4"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { folder, variables }
    }

    /// A program that knows this place and nothing else of the environment.
    #[must_use]
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(self.variables.iter().cloned());
        command
    }

    /// The URL of a service's database.
    #[must_use]
    pub fn url(&self, service: &str) -> &str {
        let wanted = variable(service);
        self.variables.iter().find(|(name, _)| *name == wanted).map(|(_, url)| url.as_str()).expect("one of the nine")
    }

    /// A service's database, for looking at what the API does not show, and for tampering with it.
    pub async fn database(&self, service: &str) -> Database {
        connect(self.url(service).to_owned(), None).await
    }
}

fn variable(service: &str) -> String {
    format!("AZORA_{}_DATABASE_URL", service.to_uppercase())
}

/// What a command came to: its exit code, and its complaint.
#[must_use]
pub fn said(output: &Output) -> (i32, String) {
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

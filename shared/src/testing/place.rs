//! A place for real processes: a data folder and nine databases of their own, on the backend of this run.

use std::process::{Command, Output};

use tempfile::TempDir;

use super::database::url_for_a_process;
use crate::config::PORTS;

/// A data folder, and what tells a process to use it.
pub struct Place {
    /// The data folder; it is removed with the place.
    pub folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Place {
    /// A new one, without a table in any database.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut variables = vec![
            ("AZORA_ENV".to_owned(), "test".to_owned()),
            ("AZORA_LOG".to_owned(), "off".to_owned()),
            ("AZORA_DATA_DIR".to_owned(), folder.path().display().to_string()),
            ("AZORA_AUTH_BCRYPT_COST".to_owned(), "4".to_owned()),
        ];
        for (service, _) in PORTS {
            variables.push((variable(service), url_for_a_process(folder.path(), service).await));
        }
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
}

fn variable(service: &str) -> String {
    format!("AZORA_{}_DATABASE_URL", service.to_uppercase())
}

/// What a command came to: its exit code, and its complaint.
#[must_use]
pub fn said(output: &Output) -> (i32, String) {
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

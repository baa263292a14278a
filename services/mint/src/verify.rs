//! `mint verify`: holds the books against every rule without a server, and writes them down for another bookkeeping
//! program. All of it is read in one snapshot, and nothing is written, so that it may be asked while mint serves.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use proto::azora::mint::v1::LedgerRule;
use sea_orm::ConnectionTrait;
use shared::cli::{OwnVerbs, print};
use shared::config::Settings;
use shared::db::Database;
use shared::error::{Error, Result, chain};
use shared::server::{self, StartError};
use shared::service::Service;

use crate::config::Config;
use crate::{Mint, journal, rules};

/// A rule is broken.
const EXIT_BROKEN: u8 = 2;

/// What only mint can be told.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Hold the books against every rule, beside a running service or without one
    Verify(Verify),
}

#[derive(Debug, Args)]
pub struct Verify {
    /// Write the books to this file, as a journal for hledger
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
}

impl OwnVerbs<Mint> for Verb {
    async fn run(self, settings: Settings<Config>) -> Result<u8, StartError> {
        match self {
            Self::Verify(verify) => verify.run(&settings).await,
        }
    }
}

impl Verify {
    /// Says of every rule how the books stand to it. Exit code 0: all are kept; 2: one is not.
    ///
    /// # Errors
    /// The database is not there, not current or does not answer, or the journal cannot be written.
    pub async fn run(&self, settings: &Settings<Config>) -> Result<u8, StartError> {
        let failed = |error: &Error| StartError::failed(Mint::NAME, chain(error));
        let database = server::open_to_read::<Mint>(&settings.shared).await?;
        let sound = self.judge(&database).await.map_err(|error| failed(&error))?;
        database.close().await.map_err(|error| failed(&error.into()))?;
        Ok(if sound { 0 } else { EXIT_BROKEN })
    }

    async fn judge(&self, database: &Database) -> Result<bool> {
        let snapshot = database.begin_snapshot().await?;
        let (rules, seq) = rules::verify(&snapshot).await?;
        for rule in &rules {
            print(line(rule));
        }
        if let Some(path) = &self.journal {
            write_journal(&snapshot, path).await?;
            print(format_args!("mint: the journal is {}", path.display()));
        }
        snapshot.rollback().await?;
        let broken = rules.iter().filter(|rule| rule.broken > 0).count();
        match broken {
            0 => print(format_args!("mint: the books are sound, up to transaction {seq}")),
            _ => print(format_args!("mint: the books break {broken} of {} rules", rules.len())),
        }
        Ok(broken == 0)
    }
}

/// What people own is nobody else's to read, and half a journal is none: it has its name once all of it is there.
async fn write_journal(snapshot: &impl ConnectionTrait, path: &Path) -> Result<()> {
    let failed = |error: io::Error| Error::internal(format!("cannot write {}: {error}", path.display()));
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    // What an earlier run has left may be open to others.
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).map_err(failed)?;
    journal::write(snapshot, &mut BufWriter::new(file)).await?;
    fs::rename(&part, path).map_err(failed)
}

fn line(rule: &LedgerRule) -> String {
    let LedgerRule { name, description, checked, broken, first } = rule;
    if *broken == 0 {
        return format!("kept    {name}: {description} ({checked} looked at)");
    }
    format!("BROKEN  {name}: {description} ({checked} looked at; broken {broken} times, first by {first})")
}

//! Migrations: numbered steps, each applied once, in one transaction with the line that says so, by one runner at a
//! time.
//!
//! `columns.rs` has the words that steps are written in; `history.rs` reads and writes what has been applied, `gate.rs`
//! judges it, `plan.rs` decides what is to be done, `lock.rs` keeps other runners out and `runner.rs` does it.
//! `catalogue.rs` tells the schema that came of it.

use std::fmt;
use std::sync::Arc;

use sea_orm::DbErr;
use sea_orm_migration::{MigrationTrait, SchemaManager};
use sha2::{Digest, Sha256};

pub mod catalogue;
pub mod ddl;
mod gate;
mod history;
mod lock;
mod m0000_fleet;
mod plan;
mod runner;

pub use plan::{Applied, PlannedStep, Status, Target};
pub use runner::Migrator;

/// One numbered change of the schema, with the source that it was compiled from.
#[derive(Clone)]
pub struct Step {
    migration: Arc<dyn MigrationTrait>,
    source: &'static str,
    irreversible: Option<&'static str>,
}

/// Forwards or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// Why a migration verb did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// `--to` names a step that does not exist. Nothing was touched.
    #[error("there is no step {name}; valid names: {}", .valid.join(", "))]
    UnknownStep {
        /// What was asked for.
        name: String,
        /// What could have been asked for.
        valid: Vec<String>,
    },
    /// The source of an applied step is not what it was when it was applied.
    #[error("{step} was edited after it had been applied: restore its file and mend with a new step")]
    StepEdited {
        /// Which step.
        step: String,
    },
    /// The database has steps that this binary does not know.
    #[error(
        "the database is newer than this binary: version {version} applied {}; run that version or a later one",
        .steps.join(", ")
    )]
    DatabaseNewer {
        /// The steps that are not known here.
        steps: Vec<String>,
        /// The binary that applied the last of them.
        version: String,
    },
    /// Steps wait to be applied.
    #[error("{service}: {} pending ({}): run \"{service} migrate up\"", counted(.steps), .steps.join(", "))]
    Pending {
        /// The service whose database it is.
        service: &'static str,
        /// Which steps.
        steps: Vec<String>,
    },
    /// The way back leads over a step that cannot be undone. Nothing was touched.
    #[error("{step} cannot be undone: {why}; nothing was changed, go back to {step} at most")]
    Irreversible {
        /// Which step.
        step: String,
        /// What would be needed to undo it.
        why: &'static str,
    },
    /// Another runner holds the lock and does not end.
    #[error("another migration of this database is still running; nothing was changed, try again when it has ended")]
    Locked,
    /// A step failed. What was done before it stays; of this one nothing is left, unless it ran outside a transaction.
    #[error("{step} failed; the steps before it are done, of this one nothing is kept")]
    StepFailed {
        /// Which step.
        step: String,
        /// What the database said.
        source: DbErr,
    },
    /// The database did not answer, or refused.
    #[error("the database did not answer as it should")]
    Database(#[from] DbErr),
}

impl MigrateError {
    /// What the process exits with: 64 for a wrong name, 2 for a schema that is not as it should be, 1 for the rest.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::UnknownStep { .. } => 64,
            Self::StepEdited { .. } | Self::DatabaseNewer { .. } | Self::Pending { .. } => 2,
            Self::Irreversible { .. } | Self::Locked | Self::StepFailed { .. } | Self::Database(_) => 1,
        }
    }

    /// The word that scripts go by.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::UnknownStep { .. } => "UNKNOWN_STEP",
            Self::StepEdited { .. } => "STEP_EDITED",
            Self::DatabaseNewer { .. } => "DATABASE_NEWER",
            Self::Pending { .. } => "STEPS_PENDING",
            Self::Irreversible { .. } => "IRREVERSIBLE",
            Self::Locked => "LOCKED",
            Self::StepFailed { .. } => "STEP_FAILED",
            Self::Database(_) => "DATABASE",
        }
    }
}

fn counted(steps: &[String]) -> String {
    match steps.len() {
        1 => "1 step".to_owned(),
        many => format!("{many} steps"),
    }
}

impl Step {
    /// A step and the text of its whole file: `Step::new(m0001_wallets::Step, include_str!("m0001_wallets.rs"))`.
    #[must_use]
    pub fn new(migration: impl MigrationTrait + 'static, source: &'static str) -> Self {
        Self { migration: Arc::new(migration), source, irreversible: None }
    }

    /// Marks a step that no `down` can undo; plans of the way back stop before it and say why.
    #[must_use]
    pub fn irreversible(self, why: &'static str) -> Self {
        Self { irreversible: Some(why), ..self }
    }

    /// `m0001_wallets`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.migration.name()
    }

    /// SHA-256 of the source without comment lines and white space, in hex: what must not change once it is applied.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for line in self.source.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for word in line.split_whitespace() {
                hash.update(word.as_bytes());
            }
        }
        let hash: [u8; 32] = hash.finalize().into();
        crate::random::to_hex(&hash)
    }

    /// What the step is for: the first line of its file's comment.
    #[must_use]
    pub fn purpose(&self) -> &str {
        self.source.lines().find_map(|line| line.trim_start().strip_prefix("//!")).map_or("", str::trim)
    }

    /// Whether the step runs outside a transaction, as an index does that is built while others write.
    fn stands_alone(&self) -> bool {
        self.migration.use_transaction() == Some(false)
    }

    async fn perform(&self, direction: Direction, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        match direction {
            Direction::Up => self.migration.up(manager).await,
            Direction::Down => self.migration.down(manager).await,
        }
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step")
            .field("name", &self.name())
            .field("irreversible", &self.irreversible)
            .finish_non_exhaustive()
    }
}

impl Direction {
    fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// The first step of every service: the tables of the fleet, with one head for each of `chains` audit chains.
#[must_use]
pub fn fleet_step(chains: i32) -> Step {
    Step::new(m0000_fleet::Step { chains }, include_str!("migrate/m0000_fleet.rs"))
}

/// Steps that do nothing, for the tests of what is decided about them.
#[cfg(test)]
mod example {
    use sea_orm::DbErr;
    use sea_orm_migration::async_trait::async_trait;
    use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

    use super::Step;

    struct Named(&'static str);

    impl MigrationName for Named {
        fn name(&self) -> &str {
            self.0
        }
    }

    #[async_trait]
    impl MigrationTrait for Named {
        async fn up(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
            Ok(())
        }
    }

    pub fn step(name: &'static str) -> Step {
        Step::new(Named(name), name)
    }

    pub fn step_of(name: &'static str, source: &'static str) -> Step {
        Step::new(Named(name), source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_layout_do_not_change_a_digest() {
        let first = example::step_of("m", "//! Why.\nfn up() {\n    create();\n}\n");
        let second = example::step_of("m", "//! Because.\n\n  // more\nfn up() { create(); }");
        assert_eq!(first.digest(), second.digest());
        assert_eq!(first.digest().len(), 64);
    }

    #[test]
    fn code_changes_a_digest() {
        assert_ne!(example::step_of("m", "create(1)").digest(), example::step_of("m", "create(2)").digest());
    }

    #[test]
    fn the_purpose_is_the_first_line_of_the_comment() {
        assert_eq!(example::step_of("m", "//! What people own.\n//! And more.\n").purpose(), "What people own.");
        assert_eq!(example::step_of("m", "fn up() {}").purpose(), "");
    }

    #[test]
    fn the_fleets_own_step_is_the_first_and_has_a_purpose() {
        let step = fleet_step(64);
        assert_eq!(step.name(), "m0000_fleet");
        assert!(!step.purpose().is_empty());
        assert_eq!(step.digest(), fleet_step(1).digest());
    }

    #[test]
    fn pending_steps_are_told_with_what_to_type() {
        let steps = vec!["m0007_holds".to_owned(), "m0008_x".to_owned()];
        let error = MigrateError::Pending { service: "mint", steps };
        assert_eq!(error.to_string(), "mint: 2 steps pending (m0007_holds, m0008_x): run \"mint migrate up\"");
        assert_eq!(error.exit_code(), 2);
        let one = MigrateError::Pending { service: "mint", steps: vec!["m0007_holds".to_owned()] };
        assert_eq!(one.to_string(), "mint: 1 step pending (m0007_holds): run \"mint migrate up\"");
    }

    #[test]
    fn exit_codes_tell_usage_from_state_from_failure() {
        let unknown = MigrateError::UnknownStep { name: "m9".to_owned(), valid: vec!["m1".to_owned()] };
        assert_eq!((unknown.exit_code(), unknown.reason()), (64, "UNKNOWN_STEP"));
        let edited = MigrateError::StepEdited { step: "m1".to_owned() };
        assert_eq!((edited.exit_code(), edited.reason()), (2, "STEP_EDITED"));
        let newer = MigrateError::DatabaseNewer { steps: vec!["m9".to_owned()], version: "2.0.0".to_owned() };
        assert_eq!((newer.exit_code(), newer.reason()), (2, "DATABASE_NEWER"));
        assert!(newer.to_string().contains("version 2.0.0 applied m9"));
        assert_eq!(MigrateError::Locked.exit_code(), 1);
    }
}

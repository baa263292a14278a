//! Takes steps: under the lock, each in one transaction with its line in the history, on both backends alike.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::SchemaManager;

use super::history::{self, Attempt, Outcome, Record};
use super::lock::{self, Lock};
use super::plan::{self, Applied, Order, PlannedStep, Status, Target};
use super::{Direction, MigrateError, Step, fleet_step, gate};
use crate::{clock, db};

/// A step that waits longer for a table gives up, so that a long reader delays the step and not the service behind it.
const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '2s'";
const LOCK_RETRIES: u32 = 5;
const RETRY_PAUSE: Duration = Duration::from_millis(250);
const OPERATOR_MAX: usize = 200;

/// Knows the steps of a service and brings its database to one of them.
#[derive(Clone, Debug)]
pub struct Migrator {
    service: &'static str,
    database: DatabaseConnection,
    sqlite_file: Option<PathBuf>,
    steps: Vec<Step>,
    operator: String,
}

impl Migrator {
    /// The migrator of a service: `steps` after the fleet's own, which makes `chains` audit chains on Postgres.
    ///
    /// The pool needs two connections on Postgres: one holds the lock while the other takes the steps.
    #[must_use]
    pub fn new(
        service: &'static str,
        database: DatabaseConnection,
        sqlite_file: Option<PathBuf>,
        steps: Vec<Step>,
        chains: i32,
    ) -> Self {
        let steps = std::iter::once(fleet_step(chains)).chain(steps).collect();
        Self { service, database, sqlite_file, steps, operator: "unknown".to_owned() }
    }

    /// Says who asks; the history keeps it.
    #[must_use]
    pub fn as_operator(self, operator: &str) -> Self {
        if operator.is_empty() {
            self
        } else {
            Self { operator: operator.chars().take(OPERATOR_MAX).collect(), ..self }
        }
    }

    /// What is applied, pending, edited and unknown. Creates nothing.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn status(&self) -> Result<Status, MigrateError> {
        let record = history::read(&self.database).await?;
        Ok(Status::new(&self.steps, &record, history::backend_word(&self.database)))
    }

    /// Passes a schema that is exactly what this binary's steps build. Creates nothing.
    ///
    /// # Errors
    /// Steps are unknown, edited or pending, or the database does not answer.
    pub async fn gate(&self) -> Result<(), MigrateError> {
        let record = history::read(&self.database).await?;
        gate::refuse_newer(&self.steps, &record)?;
        gate::refuse_edited(&self.steps, &record)?;
        gate::refuse_pending(self.service, &self.steps, &record)
    }

    /// What `up` would do. Creates nothing.
    ///
    /// # Errors
    /// What `up` would refuse, or the database does not answer.
    pub async fn plan_up(&self, to: Option<&str>) -> Result<Vec<PlannedStep>, MigrateError> {
        self.plan(Order::Up(to)).await
    }

    /// Applies what is pending, up to the step `to` or to the end. Several runners may try: one does it, the others
    /// wait and find nothing to do.
    ///
    /// # Errors
    /// `to` is no step, an applied step was edited, the database has steps that are not known here, another runner does
    /// not end, or a step fails: then the steps before it stay applied.
    pub async fn up(&self, to: Option<&str>) -> Result<Vec<Applied>, MigrateError> {
        self.carry_out(Order::Up(to)).await
    }

    /// What `down` would do. Creates nothing.
    ///
    /// # Errors
    /// What `down` would refuse, or the database does not answer.
    pub async fn plan_down(&self, target: Target) -> Result<Vec<PlannedStep>, MigrateError> {
        self.plan(Order::Down(&target)).await
    }

    /// Undoes steps, the newest first. What they made is lost, rows included.
    ///
    /// # Errors
    /// The target is no step, a step on the way cannot be undone, the database has steps that are not known here,
    /// another runner does not end, or a step fails: then what was undone before it stays undone.
    pub async fn down(&self, target: Target) -> Result<Vec<Applied>, MigrateError> {
        self.carry_out(Order::Down(&target)).await
    }

    async fn plan(&self, order: Order<'_>) -> Result<Vec<PlannedStep>, MigrateError> {
        let record = history::read(&self.database).await?;
        let steps = plan::steps_of(order, &self.steps, &record)?;
        Ok(steps.into_iter().map(PlannedStep::from).collect())
    }

    async fn carry_out(&self, order: Order<'_>) -> Result<Vec<Applied>, MigrateError> {
        // A wrong name or an edited step is told at once, and a start with nothing to do waits for nobody.
        if self.plan(order).await?.is_empty() {
            return Ok(Vec::new());
        }
        let lock = Lock::take(self.service, &self.database, self.sqlite_file.as_deref()).await?;
        let done = self.carry_out_alone(order, &lock).await;
        lock.release().await;
        done
    }

    async fn carry_out_alone(&self, order: Order<'_>, lock: &Lock) -> Result<Vec<Applied>, MigrateError> {
        // Read again: whoever had the lock before may have done it all.
        let mut record = history::read(&self.database).await?;
        let mut done = Vec::new();
        for step in plan::steps_of(order, &self.steps, &record)? {
            lock.confirm().await?;
            let taken = self.take_step(step, order.direction(), &record).await?;
            record.installed = true;
            let millis = u64::try_from(taken.duration.as_millis()).unwrap_or(u64::MAX);
            tracing::info!(
                service = self.service,
                step = taken.name,
                direction = order.direction().word(),
                duration_ms = millis,
                "took a migration step"
            );
            done.push(taken);
        }
        Ok(done)
    }

    /// Takes one step, more than once if it has to wait too long for a table.
    async fn take_step(&self, step: &Step, direction: Direction, record: &Record) -> Result<Applied, MigrateError> {
        let mut retries = 0;
        loop {
            let mut attempt = Attempt {
                step: step.name(),
                digest: step.digest(),
                direction,
                operator: &self.operator,
                started: clock::now(),
                duration: Duration::ZERO,
            };
            let source = match self.try_step(step, &mut attempt, record.installed).await {
                Ok(()) => return Ok(Applied { name: step.name().to_owned(), duration: attempt.duration }),
                Err(error) => error,
            };
            if !lock::timed_out(&source) || retries == LOCK_RETRIES {
                self.note_failure(&attempt, record.installed).await;
                return Err(MigrateError::StepFailed { step: step.name().to_owned(), source });
            }
            retries += 1;
            tracing::warn!(service = self.service, step = step.name(), retries, "a table is in use; trying again");
            tokio::time::sleep(RETRY_PAUSE * retries).await;
        }
    }

    async fn try_step(&self, step: &Step, attempt: &mut Attempt<'_>, installed: bool) -> Result<(), DbErr> {
        let timer = Instant::now();
        let direction = attempt.direction;
        if step.stands_alone() {
            let performed = step.perform(direction, &SchemaManager::new(&self.database)).await;
            attempt.duration = timer.elapsed();
            performed?;
        }
        let tx = self.begin().await?;
        let performed = perform_within(&tx, step, direction, installed).await;
        attempt.duration = timer.elapsed();
        let recorded = match performed {
            Ok(()) => history::record(&tx, attempt).await,
            Err(error) => Err(error),
        };
        match recorded {
            Ok(()) => tx.commit().await,
            Err(error) => {
                self.roll_back(tx).await;
                Err(error)
            }
        }
    }

    /// Begins a transaction that will write; SQLite wants to know that at once.
    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
        self.database.begin_with_options(TransactionOptions { sqlite_transaction_mode, ..Default::default() }).await
    }

    async fn roll_back(&self, tx: DatabaseTransaction) {
        if let Err(error) = tx.rollback().await {
            tracing::warn!(service = self.service, %error, "the connection was lost, and what was begun on it with it");
        }
    }

    /// Keeps a line about what went wrong. The failure itself is what the caller is told, so this one is only logged.
    async fn note_failure(&self, attempt: &Attempt<'_>, installed: bool) {
        if !installed {
            return;
        }
        if let Err(error) = history::write(&self.database, attempt, Outcome::Failed).await {
            tracing::warn!(service = self.service, %error, "the failed step could not be noted");
        }
    }
}

async fn perform_within(
    tx: &DatabaseTransaction,
    step: &Step,
    direction: Direction,
    installed: bool,
) -> Result<(), DbErr> {
    if !step.stands_alone() {
        if db::backend(tx) == DbBackend::Postgres {
            tx.execute_unprepared(LOCK_TIMEOUT).await?;
        }
        step.perform(direction, &SchemaManager::new(tx)).await?;
    }
    if installed { Ok(()) } else { history::install(tx).await }
}

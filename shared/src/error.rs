//! What can go wrong, in two kinds: a refusal (the caller's to mend: stored, replayed, shown) and a technical error
//! (ours to mend: logged once with its whole chain, shown as a trace id).

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use prost::Message;
use sea_orm::{DbErr, RuntimeErr, SqlErr, SqlxError};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::amount::AmountError;
use crate::db::bulk;
use crate::layers::scope;

/// The result of everything that can be refused or fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A refusal or a failure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller asked for what cannot be; the same request will be answered the same.
    #[error("{}", .0.message)]
    Refused(Box<Refusal>),
    /// The answer that an earlier call with the same request id got.
    #[error("refused before: {}", .0.message())]
    Replayed(Box<Status>),
    /// The database did not do what it should.
    #[error("database")]
    Database(#[from] DbErr),
    /// What befell several calls at once.
    #[error(transparent)]
    Shared(Arc<Error>),
    /// Something that only a bug or a broken machine explains.
    #[error("{0}")]
    Internal(String),
}

/// Why a request is refused, in words for people and in a reason for programs.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The canonical code.
    pub code: Code,
    /// `UPPER_SNAKE`, stable: what programs act on.
    pub reason: &'static str,
    /// Lower case, without full stop.
    pub message: String,
    /// Bad fields by the path the caller wrote, with what is wrong.
    pub fields: Vec<(String, String)>,
    /// When asking again may help.
    pub retry_after: Option<Duration>,
    /// Whether what the change wrote before it was refused stays: a count of failures, for instance.
    pub keeps_effect: bool,
}

impl Refusal {
    /// A refusal without further detail.
    pub fn new(code: Code, reason: &'static str, message: impl Into<String>) -> Self {
        Self { code, reason, message: message.into(), fields: Vec::new(), retry_after: None, keeps_effect: false }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// The refusals of one service: an enum whose messages carry the values that explain them.
pub trait Fault: std::error::Error {
    /// The code and the reason of each.
    fn kind(&self) -> (Code, &'static str);

    /// When asking again may help.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

impl<F: Fault> From<F> for Error {
    fn from(fault: F) -> Self {
        let (code, reason) = fault.kind();
        Refusal { retry_after: fault.retry_after(), ..Refusal::new(code, reason, fault.to_string()) }.into()
    }
}

impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// A sum that leaves decimal(18,8). What callers write is judged by `Fields`, which names it.
impl From<AmountError> for Error {
    fn from(error: AmountError) -> Self {
        Refusal::new(Code::InvalidArgument, error.reason(), format!("the sum {error}")).into()
    }
}

impl Error {
    /// For what only a bug can cause.
    pub fn internal(what: impl Into<String>) -> Self {
        Self::Internal(what.into())
    }

    /// The same refusal, but what was written before it stays.
    #[must_use]
    pub fn keeping_effect(mut self) -> Self {
        if let Self::Refused(refusal) = &mut self {
            refusal.keeps_effect = true;
        }
        self
    }

    /// Whether others were in the way, so that the same may work now.
    #[must_use]
    pub fn is_contention(&self) -> bool {
        matches!(self, Self::Database(error) if is_contention(error))
    }

    /// Whether the database did not answer: what was under way then may have come through or not.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Database(error) if is_unreachable(error))
    }

    /// Whether the answer is final: stored, replayed, audited.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Replayed(_))
    }
}

/// `NOT_FOUND`, also for what the caller may not see. One reason for every kind of row; the message names the kind.
#[must_use]
pub fn not_found(what: &'static str) -> Error {
    Refusal::new(Code::NotFound, "NOT_FOUND", format!("there is no such {}", what.replace('_', " "))).into()
}

/// Turns the violation of one unique index into its refusal; any other error stays what it is.
pub fn unique<F: Fault, const N: usize>(
    table: &'static str,
    columns: [&'static str; N],
    fault: F,
) -> impl FnOnce(DbErr) -> Error {
    let label = columns.join("_");
    move |error| refuse_if_broken(error, table, &label, &columns, fault)
}

/// The same for a partial index, which has a label of its own.
pub fn unique_where<F: Fault, const N: usize>(
    table: &'static str,
    label: &'static str,
    columns: [&'static str; N],
    fault: F,
) -> impl FnOnce(DbErr) -> Error {
    move |error| refuse_if_broken(error, table, label, &columns, fault)
}

/// Postgres names the index that broke, SQLite its columns; one formula serves both.
fn refuse_if_broken(error: DbErr, table: &str, label: &str, columns: &[&str], fault: impl Fault) -> Error {
    let Some(SqlErr::UniqueConstraintViolation(message)) = error.sql_err() else { return error.into() };
    let index = format!("\"{table}_{label}_key\"");
    let listed: Vec<String> = columns.iter().map(|column| format!("{table}.{column}")).collect();
    let by_columns = message.rsplit_once("failed: ").is_some_and(|(_, broken)| broken.trim() == listed.join(", "));
    if message.contains(&index) || by_columns { fault.into() } else { error.into() }
}

/// The only place where an error becomes what callers see.
impl From<Error> for Status {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into_status(),
            Error::Replayed(status) => *status,
            technical => technical_status(&technical),
        }
    }
}

impl Refusal {
    /// Code, message and details, as they go over the wire.
    #[must_use]
    pub fn into_status(self) -> Status {
        let mut details = ErrorDetails::new();
        details.set_error_info(self.reason, format!("{}.azora", scope::service()), []);
        for (path, what) in self.fields {
            details.add_bad_request_violation(path, what);
        }
        if let Some(wait) = self.retry_after {
            details.set_retry_info(Some(wait));
        }
        scope::note_reason(self.reason);
        Status::with_error_details(self.code, self.message, details)
    }
}

/// Decodes the code, message and details that `request_claims` keeps of a refusal.
pub(crate) fn stored_status(stored: &[u8]) -> Result<Status> {
    let kept = tonic_types::pb::Status::decode(stored)
        .map_err(|error| Error::internal(format!("a stored refusal does not decode: {error}")))?;
    Ok(Status::with_details(Code::from_i32(kept.code), kept.message, stored.to_vec().into()))
}

fn technical_status(error: &Error) -> Status {
    let (code, reason, message) = match error {
        Error::Shared(inner) => return technical_status(inner),
        Error::Database(inner) if is_contention(inner) => {
            (Code::Aborted, "CONTENDED", "others were changing the same rows; repeat with the same request_id")
        }
        Error::Database(inner) if is_unreachable(inner) => {
            (Code::Unavailable, "DATABASE_UNAVAILABLE", "the database did not answer; repeat with the same request_id")
        }
        _ => (Code::Internal, "INTERNAL", "something went wrong on our side"),
    };
    tracing::error!(error = chain(error), "call failed");
    Refusal::new(code, reason, format!("{message} (trace {})", scope::trace_id())).into_status()
}

/// An error with everything behind it, for the log.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn sqlstate(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner))) = error else {
        return None;
    };
    inner.as_database_error()?.code().map(std::borrow::Cow::into_owned)
}

/// Deadlock, serialization failure, lock time-out on Postgres; busy or locked on SQLite; and a unique index that broke
/// although the change had looked before, or a row that had been read: somebody else was faster.
fn is_contention(error: &DbErr) -> bool {
    matches!(error, DbErr::Custom(text) if text == bulk::MOVED)
        || matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
        || sqlstate(error).is_some_and(|code| matches!(code.as_str(), "40P01" | "40001" | "55P03" | "5" | "6" | "517"))
}

fn is_unreachable(error: &DbErr) -> bool {
    let lost = |inner: &SqlxError| {
        matches!(inner, SqlxError::Io(_) | SqlxError::Tls(_) | SqlxError::Protocol(_) | SqlxError::PoolClosed)
    };
    let broken = match error {
        DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)) => lost(inner),
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        _ => false,
    };
    broken || sqlstate(error).is_some_and(|code| is_no_use(&code))
}

/// On Postgres: going down, no connection, a full disk, too many connections, a broken disk; not what one statement may bring about
/// by itself, such as too little memory. On SQLite: broken disk and full disk.
fn is_no_use(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 10 | 13),
        _ => code.starts_with("57P") || code.starts_with("08") || matches!(code, "53100" | "53300" | "58030"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_row_says_what_is_missing() {
        let Error::Refused(refusal) = not_found("tutoring_session") else { panic!("a refusal") };
        assert_eq!((refusal.code, refusal.message.as_str()), (Code::NotFound, "there is no such tutoring session"));
    }

    #[test]
    fn a_database_is_unreachable_by_its_own_state_and_not_by_one_statement() {
        for code in ["57P01", "08006", "53100", "53300", "58030", "10", "13", "266"] {
            assert!(is_no_use(code), "{code}");
        }
        for code in ["53000", "53200", "53400", "58P01", "57014", "42601", "23505", "1", "5", "19"] {
            assert!(!is_no_use(code), "{code}");
        }
    }
}

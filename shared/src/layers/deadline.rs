//! Honours the caller's deadline, and gives one to calls that bring none.

use std::convert::Infallible;
use std::time::Duration;

use http::{HeaderMap, Response};
use tonic::body::Body;
use tonic::{Code, Status};

use crate::error::{Error, Refusal, Result};
use crate::layers::scope;

/// How long a call may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Where the caller says nothing.
    pub default: Duration,
    /// Whatever the caller says.
    pub most: Duration,
}

impl Limits {
    /// The limit for one call.
    pub fn of(&self, headers: &HeaderMap) -> Duration {
        let asked = headers.get("grpc-timeout").and_then(|value| value.to_str().ok()).and_then(parse);
        asked.unwrap_or(self.default).min(self.most)
    }
}

/// Digits and a unit, as gRPC writes them: `250m` are milliseconds, `5S` seconds.
fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let count: u64 = digits.parse().ok().filter(|_| digits.len() <= 8)?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

/// Ends the work when the time is over: a transaction that is not committed by then is rolled back.
pub async fn within(
    limit: Duration,
    call: impl Future<Output = Result<Response<Body>, Infallible>>,
) -> Result<Response<Body>, Infallible> {
    match tokio::time::timeout(limit, call).await {
        Ok(answer) => answer,
        Err(_elapsed) => {
            let (code, reason, what) = if scope::is_outcome_unknown() {
                (
                    Code::Unavailable,
                    "OUTCOME_UNKNOWN",
                    "the database went away at the commit, which may have come through",
                )
            } else {
                (Code::DeadlineExceeded, "DEADLINE_EXCEEDED", "not done in time")
            };
            let message = format!("{what} (waited {} ms); repeat with the same request_id", limit.as_millis());
            let late: Error = Refusal::new(code, reason, message).into();
            Ok(Status::from(late).into_http())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_outs_are_read_as_grpc_writes_them() {
        assert_eq!(parse("250m"), Some(Duration::from_millis(250)));
        assert_eq!(parse("5S"), Some(Duration::from_secs(5)));
        for text in ["", "S", "5", "5x", "-5S", "123456789S", "5é"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}

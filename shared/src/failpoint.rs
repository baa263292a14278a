//! Named places where a process can be told to fail, for tests of what it leaves behind. A build without the feature
//! `failpoints`, which only dev-dependencies turn on, has none of them.
//!
//! `FAILPOINTS="mint.batch.at_commit=exit@3; mint.mutate.at_commit=delay(200)"` ends the process when it is there for the
//! third time, and makes each change wait. Without `@n` it is every time.
//!
//! | action | what happens |
//! |---|---|
//! | `exit` | the process ends where it stands: nothing is closed, flushed or rolled back |
//! | `error` | a technical error, as if the statement before had failed |
//! | `pause` | this task never goes on; all others do |
//! | `delay(ms)` | this task goes on later |
//!
//! Our own, since the pauses of the crate `fail` block the thread, and with it every other task of the runtime.

use crate::call::Call;
use crate::error::Result;

/// A place in the work for a call: `mint.batch.at_commit` where a call of mint comes by `batch.at_commit`.
#[cfg(not(feature = "failpoints"))]
#[inline]
pub fn reach(_call: &Call, _place: &str) -> std::future::Ready<Result<()>> {
    std::future::ready(Ok(()))
}

/// A place in the work for a call: `mint.batch.at_commit` where a call of mint comes by `batch.at_commit`.
///
/// # Errors
/// If it has been told to.
#[cfg(feature = "failpoints")]
pub async fn reach(call: &Call, place: &str) -> Result<()> {
    // `mint.wallet.create` -> mint
    let service = call.method().action.split('.').next().unwrap_or_default();
    Box::pin(armed::reach(&format!("{service}.{place}"))).await
}

#[cfg(feature = "failpoints")]
mod armed {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use crate::error::{Error, Result};

    /// What this process has been told.
    static POINTS: LazyLock<Result<Points, String>> = LazyLock::new(|| Points::parse(&told()));

    #[expect(clippy::disallowed_methods, reason = "no setting: a build for use does not have it")]
    fn told() -> String {
        std::env::var("FAILPOINTS").unwrap_or_default()
    }

    /// Comes by a place.
    pub async fn reach(name: &str) -> Result<()> {
        match &*POINTS {
            Ok(points) => points.reach(name).await,
            Err(malformed) => Err(Error::internal(malformed.as_str())),
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Action {
        Exit,
        Error,
        Pause,
        Delay(Duration),
    }

    #[derive(Debug)]
    struct Point {
        name: String,
        action: Action,
        /// At which time it acts; `None` is every time.
        at: Option<u64>,
        seen: AtomicU64,
    }

    #[derive(Debug)]
    pub struct Points(Vec<Point>);

    impl Points {
        pub fn parse(text: &str) -> Result<Self, String> {
            let points = text.split(';').map(str::trim).filter(|one| !one.is_empty()).map(Point::parse);
            points.collect::<Result<_, String>>().map(Self)
        }

        pub async fn reach(&self, name: &str) -> Result<()> {
            for point in self.0.iter().filter(|point| point.name == name) {
                let time = point.seen.fetch_add(1, Ordering::Relaxed) + 1;
                if point.at.is_some_and(|at| at != time) {
                    continue;
                }
                match point.action {
                    Action::Exit => {
                        eprintln!("fail point {name}: exit");
                        std::process::abort();
                    }
                    Action::Error => return Err(Error::internal(format!("fail point {name}"))),
                    Action::Pause => std::future::pending::<()>().await,
                    Action::Delay(late) => tokio::time::sleep(late).await,
                }
            }
            Ok(())
        }
    }

    impl Point {
        fn parse(text: &str) -> Result<Self, String> {
            let malformed = || {
                format!("FAILPOINTS: {text:?} is not name=action or name=action@n with exit, error, pause or delay(ms)")
            };
            let (name, rest) = text.split_once('=').ok_or_else(malformed)?;
            let (word, at) = match rest.split_once('@') {
                Some((word, at)) => (word, Some(at.parse().map_err(|_no_number| malformed())?)),
                None => (rest, None),
            };
            let action = match word {
                "exit" => Action::Exit,
                "error" => Action::Error,
                "pause" => Action::Pause,
                other => {
                    let ms = other.strip_prefix("delay(").and_then(|rest| rest.strip_suffix(')'));
                    let ms = ms.and_then(|ms| ms.parse().ok()).ok_or_else(malformed)?;
                    Action::Delay(Duration::from_millis(ms))
                }
            };
            Ok(Self { name: name.to_owned(), action, at, seen: AtomicU64::new(0) })
        }
    }

    #[cfg(test)]
    mod tests {
        use std::time::Instant;

        use super::*;

        #[tokio::test]
        async fn an_error_comes_at_its_time_and_at_its_place_only() {
            let points = Points::parse("mint.batch.at_commit=error@2; mint.mutate.at_commit=error").expect("in order");
            let mut came = Vec::new();
            for name in ["mint.batch.at_commit"; 3].into_iter().chain(["mint.mutate.at_commit"; 2]).chain(["mint.x"]) {
                came.push(points.reach(name).await.is_err());
            }
            assert_eq!(came, [false, true, false, true, true, false]);
        }

        #[tokio::test]
        async fn a_task_that_pauses_or_waits_leaves_the_others_alone() {
            let points = Points::parse("a=pause;b=delay(30)").expect("in order");
            let since = Instant::now();
            let paused = tokio::time::timeout(Duration::from_millis(60), points.reach("a"));
            let (paused, delayed) = tokio::join!(paused, points.reach("b"));
            assert!(paused.is_err(), "it went on");
            delayed.expect("it goes on");
            assert!(since.elapsed() >= Duration::from_millis(30));
        }

        #[test]
        fn what_is_not_understood_is_not_passed_over() {
            assert!(Points::parse(" ; ").expect("nothing").0.is_empty());
            for text in ["a", "a=", "a=die", "a=exit@", "a=exit@soon", "a=delay(x)", "a=delay(5", "a=error;b"] {
                let refused = Points::parse(text).expect_err(text);
                assert!(refused.starts_with("FAILPOINTS: "), "{refused}");
            }
            let delay = Points::parse("a=delay(5)@7").expect("in order");
            assert_eq!((delay.0[0].action, delay.0[0].at), (Action::Delay(Duration::from_millis(5)), Some(7)));
        }
    }
}

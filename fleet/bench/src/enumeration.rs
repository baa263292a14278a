//! Whether somebody who asks can tell which addresses have an account: by the answer, or by the time that it takes.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{
    LoginRequest, RegisterRequest, RegisterResponse, RequestPasswordResetRequest, ResendVerificationRequest,
};
use proto::azora::common::v1::Role;
use shared::cli::print;
use shared::{id, random};
use tonic::metadata::MetadataMap;
use tonic::transport::Channel;
use tonic::{Code, Response, Status};

use crate::fleet;
use crate::load::median;
use crate::report::table;

/// An account is sent no second message within 30 s, and registering it sends the first.
const PAUSE: Duration = Duration::from_secs(31);
/// Where the chance that a known address takes longer than an unknown one tells nothing.
const EVEN: RangeInclusive<f64> = 0.45..=0.55;

/// What is asked about an address.
#[derive(Clone, Copy, Debug)]
enum Question {
    Login,
    Register,
    RequestPasswordReset,
    ResendVerification,
}

const QUESTIONS: [Question; 4] =
    [Question::Login, Question::Register, Question::RequestPasswordReset, Question::ResendVerification];

/// What one kind of address was answered, and how long that took.
#[derive(Default)]
struct Answers {
    millis: Vec<f64>,
    /// Without what differs from call to call, but with its length.
    shapes: BTreeSet<String>,
}

/// Asks all four and fails if the answers tell known addresses from unknown ones.
pub async fn run(pairs: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let running = fleet::up(Some(format!("sqlite:{}", folder.path().display()))).await?;
    let auth = AuthServiceClient::new(fleet::channel(&running, "auth").await?);
    let mut rows = Vec::new();
    let mut told_apart = Vec::new();
    for question in QUESTIONS {
        let password = if matches!(question, Question::Login) { fleet::PASSWORD } else { "" };
        let verified = !matches!(question, Question::ResendVerification);
        let addresses = fleet::register(&running, pairs, password, verified).await?;
        if !verified {
            tokio::time::sleep(PAUSE).await;
        }
        let [known, unknown] = ask(question, &auth, &addresses).await?;
        let chance = chance_of_longer(&known.millis, &unknown.millis);
        let same = known.shapes == unknown.shapes;
        if !same || !EVEN.contains(&chance) {
            told_apart.push(format!("{question:?}"));
        }
        let (with, without) = (median(known.millis), median(unknown.millis));
        rows.push([
            format!("{question:?}"),
            format!("{chance:.3}"),
            format!("{with:.2}"),
            format!("{without:.2}"),
            format!("{:+.2}", (with / without - 1.0) * 100.0),
            if same { "equal" } else { "differ" }.to_owned(),
        ]);
    }
    running.down().await?;
    print(format_args!(
        "{pairs} interleaved pairs each; AUC {} to {} is wanted\n{}",
        EVEN.start(),
        EVEN.end(),
        table(["what", "AUC", "known, median ms", "unknown, median ms", "gap %", "answers"], rows)
    ));
    if !told_apart.is_empty() {
        bail!("known addresses can be told from unknown ones by {}", told_apart.join(", "));
    }
    Ok(())
}

/// Asks about each known address and about one that is not, whichever first.
async fn ask(question: Question, auth: &AuthServiceClient<Channel>, addresses: &[String]) -> Result<[Answers; 2]> {
    let mut answers = [Answers::default(), Answers::default()];
    for known in addresses {
        let pair = [known.clone(), fleet::address()];
        let [coin] = random::bytes::<1>();
        let first = usize::from(coin & 1);
        for kind in [first, 1 - first] {
            let (took, shape) = question.put(auth.clone(), pair[kind].clone()).await?;
            answers[kind].millis.push(took.as_secs_f64() * 1000.0);
            answers[kind].shapes.insert(shape);
        }
    }
    Ok(answers)
}

impl Question {
    /// Asks once. An answer that belongs to neither kind of address, such as a throttle's, is an error.
    async fn put(self, mut auth: AuthServiceClient<Channel>, email: String) -> Result<(Duration, String)> {
        let request_id = id::time_ordered().to_string();
        let began = Instant::now();
        let (code, shape, took) = match self {
            Self::Login => {
                // Another one each time: one password on many accounts is an attack of its own.
                let password = random::hex::<16>();
                let request = LoginRequest { email, password, ..Default::default() };
                let answer = auth.login(request).await;
                seen(began, answer, |_| {})
            }
            Self::Register => {
                let request = RegisterRequest {
                    request_id,
                    email,
                    password: fleet::PASSWORD.to_owned(),
                    name: "Thandi".to_owned(),
                    role: Role::Student.into(),
                    recorded: None,
                };
                let answer = auth.register(request).await;
                seen(began, answer, blank)
            }
            Self::RequestPasswordReset => {
                let answer = auth.request_password_reset(RequestPasswordResetRequest { request_id, email }).await;
                seen(began, answer, |_| {})
            }
            Self::ResendVerification => {
                let answer = auth.resend_verification(ResendVerificationRequest { request_id, email }).await;
                seen(began, answer, |_| {})
            }
        };
        let expected = if matches!(self, Self::Login) { Code::Unauthenticated } else { Code::Ok };
        if code != expected {
            bail!("{self:?} was answered {shape}");
        }
        Ok((took, shape))
    }
}

/// The code of an answer, everything else that a caller sees of it, and the time that it took.
fn seen<T: Debug>(
    began: Instant,
    answer: Result<Response<T>, Status>,
    mask: impl FnOnce(&mut T),
) -> (Code, String, Duration) {
    let took = began.elapsed();
    match answer {
        Ok(answer) => {
            let (metadata, mut message, _) = answer.into_parts();
            mask(&mut message);
            (Code::Ok, format!("{message:?} {}", headers(&metadata)), took)
        }
        Err(status) => {
            let details = random::to_hex(status.details());
            let shape = format!("{:?} {} {details} {}", status.code(), status.message(), headers(status.metadata()));
            (status.code(), shape, took)
        }
    }
}

/// Ids, addresses and times are never the same; their lengths are.
fn blank(answer: &mut RegisterResponse) {
    let Some(user) = &mut answer.user else { return };
    user.id = "x".repeat(user.id.len());
    user.email = "x".repeat(user.email.len());
    if let Some(created) = &mut user.created_at {
        (created.seconds, created.nanos) = (0, 0);
    }
}

/// Names and lengths of the headers.
fn headers(metadata: &MetadataMap) -> String {
    let headers = metadata.clone().into_headers();
    let mut lengths: Vec<String> = headers.iter().map(|(name, value)| format!("{name}:{}", value.len())).collect();
    lengths.sort();
    lengths.join(" ")
}

/// The area under the curve, after Mann and Whitney: the sum of the ranks of `known`, where ties share theirs. 0.5 tells
/// nothing.
fn chance_of_longer(known: &[f64], unknown: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = known.iter().map(|millis| (*millis, true)).collect();
    all.extend(unknown.iter().map(|millis| (*millis, false)));
    all.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut before = 0_usize;
    let mut ranks = 0.0;
    for tied in all.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let rank = before as f64 + f64::midpoint(tied.len() as f64, 1.0);
        ranks += rank * tied.iter().filter(|(_, known)| *known).count() as f64;
        before += tied.len();
    }
    let (with, without) = (known.len() as f64, unknown.len() as f64);
    (ranks - with * (with + 1.0) / 2.0) / (with * without)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-12
    }

    #[test]
    fn times_that_are_always_longer_tell_all_and_times_alike_nothing() {
        assert!(close(chance_of_longer(&[3.0, 4.0], &[1.0, 2.0]), 1.0));
        assert!(close(chance_of_longer(&[1.0, 2.0], &[3.0, 4.0]), 0.0));
        assert!(close(chance_of_longer(&[5.0, 5.0], &[5.0, 5.0]), 0.5));
    }

    #[test]
    fn ties_count_half() {
        // Of six pairs three are longer and two tied.
        assert!(close(chance_of_longer(&[2.0, 3.0], &[1.0, 2.0, 3.0]), 4.0 / 6.0));
    }
}

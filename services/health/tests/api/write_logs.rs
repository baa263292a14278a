use health::Health;
use proto::azora::health::v1::{LogLevel, NewLogLine, WriteLogsRequest};
use shared::clock;
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::health;

pub fn line(level: LogLevel, message: &str) -> NewLogLine {
    NewLogLine { level: level.into(), message: message.into(), ..Default::default() }
}

pub fn batch(lines: Vec<NewLogLine>) -> WriteLogsRequest {
    WriteLogsRequest { request_id: new_id(), lines }
}

#[tokio::test]
async fn a_bad_line_is_reported_and_the_rest_is_kept() {
    let service = TestService::<Health>::start().await;
    let mint = service.service("mint");
    let ahead = clock::to_proto(clock::now() + std::time::Duration::from_mins(6));
    let lines = vec![
        line(LogLevel::Info, "opened wallet"),
        line(LogLevel::Unspecified, "x"),
        line(LogLevel::Warn, " \u{1b} "),
        NewLogLine { logged_at: Some(ahead), ..line(LogLevel::Error, "from the future") },
        NewLogLine { trace_id: "zz".into(), ..line(LogLevel::Error, "x") },
        line(LogLevel::Fatal, &"x".repeat(9000)),
    ];
    let answer = health(&mint).write_logs(batch(lines)).await.unwrap().into_inner();
    assert_eq!(answer.accepted, 2);
    assert_eq!(answer.rejected.iter().map(|bad| bad.index).collect::<Vec<_>>(), [1, 2, 3, 4]);
    service.audit_ends_with("health.logs.write", Outcome::Ok, &mint).await;
}

#[tokio::test]
async fn a_full_batch_fits_and_a_larger_one_does_not() {
    let service = TestService::<Health>::start().await;
    let mint = service.service("mint");
    let full = health(&mint).write_logs(batch(vec![line(LogLevel::Info, "x"); 1000])).await.unwrap().into_inner();
    assert_eq!(full.accepted, 1000);
    for count in [0, 1001] {
        assert_fields(&health(&mint).write_logs(batch(vec![line(LogLevel::Info, "x"); count])).await, &["lines"]);
    }
}

#[tokio::test]
async fn people_do_not_write_logs() {
    let service = TestService::<Health>::start().await;
    let refused = health(&service.admin("root")).write_logs(batch(vec![line(LogLevel::Info, "x")])).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

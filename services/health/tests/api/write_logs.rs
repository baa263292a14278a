use health::Health;
use prost_types::Timestamp;
use proto::azora::health::v1::{LogLevel, NewLogLine, QueryLogsRequest, WriteLogsRequest};
use serde_json::json;
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use shared::{clock, json};
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

#[tokio::test]
async fn a_line_that_no_database_could_hold_does_not_cost_the_others() {
    let service = TestService::<Health>::start().await;
    let long_ago = Timestamp { seconds: -400_000_000_000, nanos: 0 };
    let nul = json::to_struct(json!({"path": ["a\u{0}b"]}));
    let lines = vec![
        NewLogLine { metadata: Some(nul), ..line(LogLevel::Info, "x") },
        NewLogLine { logged_at: Some(long_ago), ..line(LogLevel::Info, "x") },
        line(LogLevel::Warn, "\u{1b} \u{1b}"),
        line(LogLevel::Info, "kept"),
    ];
    let answer = health(&service.service("mint")).write_logs(batch(lines)).await.unwrap().into_inner();
    assert_eq!(answer.rejected.iter().map(|bad| bad.index).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(answer.accepted, 1);
}

#[tokio::test]
async fn what_is_stored_is_cut_and_has_no_secrets_in_it() {
    let service = TestService::<Health>::start().await;
    let metadata = json::to_struct(json!({"wallet": "w1", "password": "hunter2"}));
    let long = NewLogLine { metadata: Some(metadata), ..line(LogLevel::Error, &"é".repeat(9000)) };
    health(&service.service("mint")).write_logs(batch(vec![long])).await.unwrap();

    let query = health(&service.admin("root")).query_logs(QueryLogsRequest::default()).await;

    let stored = query.unwrap().into_inner().lines.into_iter().next().unwrap();
    assert_eq!((stored.service.as_str(), stored.level()), ("mint", LogLevel::Error));
    assert_eq!(stored.message.chars().count(), 8000);
    assert!(stored.message.ends_with(" [cut]"));
    let expected = json::to_struct(json!({"wallet": "w1", "password": "[redacted]"}));
    assert_eq!(stored.metadata, Some(expected));
}

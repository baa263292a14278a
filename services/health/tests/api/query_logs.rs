use health::Health;
use proto::azora::health::v1::{LogLevel, NewLogLine, QueryLogsRequest};
use shared::clock;
use shared::testing::{TestService, assert_fields, assert_refused};
use tonic::Code;

use crate::health;
use crate::write_logs::{batch, line};

#[tokio::test]
async fn lines_are_found_by_level_service_and_text() {
    let service = TestService::<Health>::start().await;
    let lines = vec![line(LogLevel::Info, "Opened 100% of wallets"), line(LogLevel::Error, "lost a_connection")];
    health(&service.service("mint")).write_logs(batch(lines)).await.unwrap();
    health(&service.service("auth")).write_logs(batch(vec![line(LogLevel::Warn, "slow hash")])).await.unwrap();
    let admin = service.admin("root");
    let found = async |query| {
        let lines = health(&admin).query_logs(query).await.unwrap().into_inner().lines;
        lines.into_iter().map(|line| line.message).collect::<Vec<_>>()
    };
    let by_text = |text: &str| QueryLogsRequest { text: text.into(), ..Default::default() };
    assert_eq!(found(QueryLogsRequest::default()).await.len(), 3);
    assert_eq!(found(by_text("opened 100%")).await, ["Opened 100% of wallets"]);
    assert_eq!(found(by_text("A_c")).await, ["lost a_connection"]);
    assert!(found(by_text("%slow%")).await.is_empty());
    let serious = QueryLogsRequest { min_level: LogLevel::Error.into(), ..Default::default() };
    assert_eq!(found(serious).await, ["lost a_connection"]);
    let of_auth = QueryLogsRequest { service: "auth".into(), ..Default::default() };
    assert_eq!(found(of_auth).await, ["slow hash"]);
}

#[tokio::test]
async fn only_admins_and_the_seeder_read_logs() {
    let service = TestService::<Health>::start().await;
    for caller in [service.student("alice"), service.service("mint")] {
        let refused = health(&caller).query_logs(QueryLogsRequest::default()).await;
        assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    }
    health(&service.service("seed")).query_logs(QueryLogsRequest::default()).await.unwrap();
}

#[tokio::test]
async fn letters_beyond_ascii_are_found_composed_or_not() {
    let service = TestService::<Health>::start().await;
    let lines = vec![line(LogLevel::Info, "E\u{301}cole closed"), line(LogLevel::Info, "other")];
    health(&service.service("mint")).write_logs(batch(lines)).await.unwrap();
    let query = QueryLogsRequest { text: "\u{c9}cole".into(), ..Default::default() };

    let found = health(&service.admin("root")).query_logs(query).await.unwrap().into_inner().lines;

    assert_eq!(found.iter().map(|line| line.message.as_str()).collect::<Vec<_>>(), ["\u{c9}cole closed"]);
}

#[tokio::test]
async fn lines_come_newest_first_page_by_page_within_a_time() {
    let service = TestService::<Health>::start().await;
    let ago = |hours: u64| clock::to_proto(clock::now() - std::time::Duration::from_secs(hours * 3600));
    let lines = [(3, "third"), (1, "first"), (5, "fifth"), (2, "second")]
        .map(|(hours, text)| NewLogLine { logged_at: Some(ago(hours)), ..line(LogLevel::Info, text) });
    health(&service.service("mint")).write_logs(batch(lines.to_vec())).await.unwrap();
    let admin = service.admin("root");
    let window = QueryLogsRequest { page_size: 2, since: Some(ago(4)), until: Some(ago(0)), ..Default::default() };

    let one = health(&admin).query_logs(window.clone()).await.unwrap().into_inner();
    let rest = QueryLogsRequest { page_token: one.next_page_token, ..window };
    let rest = health(&admin).query_logs(rest).await.unwrap().into_inner();

    let both = one.lines.into_iter().chain(rest.lines);
    assert_eq!(both.map(|line| line.message).collect::<Vec<_>>(), ["first", "second", "third"]);
    assert_eq!(rest.next_page_token, "");
}

#[tokio::test]
async fn every_bad_filter_is_named() {
    let service = TestService::<Health>::start().await;
    let moment = Some(clock::to_proto(clock::now()));
    let query = QueryLogsRequest {
        min_level: 9,
        service: "x".into(),
        text: "x".repeat(201),
        since: moment,
        until: moment,
        ..Default::default()
    };

    let refused = health(&service.admin("root")).query_logs(query).await;

    assert_fields(&refused, &["min_level", "service", "text", "until"]);
}

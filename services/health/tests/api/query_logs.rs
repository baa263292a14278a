use health::Health;
use proto::azora::health::v1::{LogLevel, QueryLogsRequest};
use shared::testing::{TestService, assert_refused};
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

use auth::Auth;
use auth::entity::security_event;
use auth::id::SecurityEventId;
use chrono::Duration;
use proto::azora::auth::v1::{ListSecurityEventsRequest, SecurityEventType, Severity};
use sea_orm::ActiveModelTrait;
use serde_json::json;
use shared::clock;
use shared::id::UserId;
use shared::testing::{TestService, assert_fields, assert_refused};
use shared::word::Word;
use tonic::Code;

use crate::{auth, start};

/// An event that was noticed so many minutes ago, unresolved.
pub fn noticed(
    user: Option<UserId>,
    kind: SecurityEventType,
    severity: Severity,
    minutes: i64,
) -> security_event::Model {
    security_event::Model {
        id: SecurityEventId::new(),
        user_id: user,
        r#type: Word(kind),
        severity: Word(severity),
        ip_address: Some("192.0.2.1".to_owned()),
        user_agent: Some("curl".to_owned()),
        metadata: json!({}),
        resolved_at: None,
        resolved_by: None,
        resolution: None,
        created_at: clock::now() - Duration::minutes(minutes),
    }
}

pub async fn insert(service: &TestService<Auth>, event: security_event::Model) -> String {
    let row = security_event::ActiveModel::from(event).insert(service.connection()).await.unwrap();
    row.id.to_string()
}

#[tokio::test]
async fn events_come_newest_first_page_by_page() {
    let service = start().await;
    let mut ids = Vec::new();
    for minutes in 0..3 {
        let event = noticed(None, SecurityEventType::LoginFailed, Severity::Medium, minutes);
        ids.push(insert(&service, event).await);
    }
    let root = service.admin("root");
    let first = ListSecurityEventsRequest { page_size: 2, ..Default::default() };
    let first = auth(&root).list_security_events(first).await.unwrap().into_inner();
    let second =
        ListSecurityEventsRequest { page_size: 2, page_token: first.next_page_token.clone(), ..Default::default() };
    let second = auth(&root).list_security_events(second).await.unwrap().into_inner();
    let listed: Vec<_> = first.events.iter().chain(&second.events).map(|event| event.id.clone()).collect();
    assert_eq!(listed, ids);
    assert_eq!((first.events[0].ip_address.as_str(), first.events[0].user_agent.as_str()), ("192.0.2.1", "curl"));
}

#[tokio::test]
async fn every_filter_narrows_the_list_alone_and_with_the_others() {
    let service = start().await;
    let (spray, reuse) = (SecurityEventType::PasswordSpray, SecurityEventType::TokenReuse);
    for kind in [spray, reuse] {
        for severity in [Severity::Low, Severity::High] {
            insert(&service, noticed(None, kind, severity, 1)).await;
            let resolved_at = Some(clock::now());
            insert(&service, security_event::Model { resolved_at, ..noticed(None, kind, severity, 2) }).await;
        }
    }
    let root = service.admin("root");
    for (kind, of_kind) in [(SecurityEventType::Unspecified, 8), (spray, 4)] {
        for (severity, of_severity) in [(Severity::Unspecified, of_kind), (Severity::High, of_kind / 2)] {
            for (unresolved_only, left) in [(false, of_severity), (true, of_severity / 2)] {
                let request = ListSecurityEventsRequest {
                    r#type: kind.into(),
                    severity: severity.into(),
                    unresolved_only,
                    ..Default::default()
                };
                let events = auth(&root).list_security_events(request).await.unwrap().into_inner().events;
                assert_eq!(events.len(), left, "{kind:?} {severity:?} {unresolved_only}");
            }
        }
    }
    let bad = ListSecurityEventsRequest { r#type: 42, severity: 42, ..Default::default() };
    assert_fields(&auth(&root).list_security_events(bad).await, &["type", "severity"]);
}

#[tokio::test]
async fn only_administrators_look_at_them() {
    let service = start().await;
    for caller in [service.student("bob"), service.mediator("eve"), service.service("seed")] {
        let refused = auth(&caller).list_security_events(ListSecurityEventsRequest::default()).await;
        assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    }
}

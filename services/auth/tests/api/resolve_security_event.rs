use proto::azora::auth::v1::{ListSecurityEventsRequest, ResolveSecurityEventRequest, SecurityEventType, Severity};
use shared::testing::{Outcome, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::list_security_events::{insert, noticed};
use crate::{auth, start};

pub fn resolution(security_event_id: &str) -> ResolveSecurityEventRequest {
    ResolveSecurityEventRequest {
        request_id: new_id(),
        security_event_id: security_event_id.into(),
        resolution: "looked into".into(),
    }
}

#[tokio::test]
async fn an_event_is_dealt_with_once_and_says_by_whom() {
    let service = start().await;
    let event = insert(&service, noticed(None, SecurityEventType::LoginFailed, Severity::High, 1)).await;
    let root = service.admin("root");
    let resolved = auth(&root).resolve_security_event(resolution(&event)).await.unwrap().into_inner().event.unwrap();
    assert_eq!((resolved.resolution.as_str(), resolved.resolved_by), ("looked into", root.id.to_string()));
    assert!(resolved.resolved_at.is_some());
    service.audit_ends_with("auth.security_event.resolve", Outcome::Ok, &root).await;

    let again = auth(&service.admin("other")).resolve_security_event(resolution(&event)).await;
    assert_refused(&again, Code::FailedPrecondition, "ALREADY_RESOLVED");
    let left = ListSecurityEventsRequest { unresolved_only: true, ..Default::default() };
    assert_eq!(auth(&root).list_security_events(left).await.unwrap().into_inner().events.len(), 0);
}

#[tokio::test]
async fn only_administrators_deal_with_what_is_there() {
    let service = start().await;
    let event = insert(&service, noticed(None, SecurityEventType::LoginFailed, Severity::High, 1)).await;
    let refused = auth(&service.student("bob")).resolve_security_event(resolution(&event)).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    let root = service.admin("root");
    let unknown = auth(&root).resolve_security_event(resolution(&new_id())).await;
    assert_refused(&unknown, Code::NotFound, "NOT_FOUND");
    let bad = ResolveSecurityEventRequest { resolution: " ".into(), ..resolution("x") };
    assert_fields(&auth(&root).resolve_security_event(bad).await, &["security_event_id", "resolution"]);
}

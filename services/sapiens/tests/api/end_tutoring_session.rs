use proto::azora::sapiens::v1::{EndTutoringSessionRequest, TutoringSessionStatus};
use sapiens::Sapiens;
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{recorded_session, sapiens, session_of, started};

fn end_of(session: &str) -> EndTutoringSessionRequest {
    EndTutoringSessionRequest { request_id: new_id(), session_id: session.to_owned() }
}

#[tokio::test]
async fn an_active_session_ends() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let session = session_of(&alice).await;

    let ended = sapiens(&alice).end_tutoring_session(end_of(&session.id)).await.unwrap().into_inner().session.unwrap();

    assert_eq!((ended.status(), ended.duration_minutes), (TutoringSessionStatus::Completed, 0));
    assert!(ended.ended_at.is_some());
    assert_eq!((ended.id, ended.started_at), (session.id, session.started_at));
    service.audit_ends_with("sapiens.tutoring_session.end", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn a_session_that_is_over_does_not_end_again() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let session = session_of(&alice).await;
    sapiens(&alice).end_tutoring_session(end_of(&session.id)).await.unwrap();
    let recorded = started(&service.service("seed"), recorded_session(&alice)).await;

    for over in [session.id, recorded.id] {
        let refused = sapiens(&alice).end_tutoring_session(end_of(&over)).await;
        assert_refused(&refused, Code::FailedPrecondition, "SESSION_ENDED");
    }

    service.audit_ends_with("sapiens.tutoring_session.end", Outcome::Refused, &alice).await;
}

#[tokio::test]
async fn a_session_of_somebody_else_is_not_found() {
    let service = TestService::<Sapiens>::start().await;
    let session = session_of(&service.student("alice")).await;

    for stranger in [service.student("bob"), service.admin("root")] {
        let refused = sapiens(&stranger).end_tutoring_session(end_of(&session.id)).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_service_ends_nobodys_session() {
    let service = TestService::<Sapiens>::start().await;
    let session = session_of(&service.student("alice")).await;

    let refused = sapiens(&service.service("seed")).end_tutoring_session(end_of(&session.id)).await;

    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Sapiens>::start().await;
    let request = EndTutoringSessionRequest { request_id: "x".into(), session_id: "mine".into() };

    let refused = sapiens(&service.student("alice")).end_tutoring_session(request).await;

    assert_fields(&refused, &["request_id", "session_id"]);
}

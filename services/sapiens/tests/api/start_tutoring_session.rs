use proto::azora::common::v1::Level;
use proto::azora::sapiens::v1::{
    ListMessagesRequest, MessageRole, RecordedMessage, RecordedSession, StartTutoringSessionRequest,
    TutoringSessionStatus,
};
use sapiens::Sapiens;
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{python_session, recorded_session, sapiens, started};

#[tokio::test]
async fn a_session_begins_active_and_empty() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let course = new_id();

    let session = started(&alice, StartTutoringSessionRequest { course_id: course.clone(), ..python_session() }).await;

    assert_eq!((session.status(), session.level()), (TutoringSessionStatus::Active, Level::Beginner));
    assert_eq!((session.student_id, session.course_id), (alice.id.to_string(), course));
    assert_eq!((session.message_count, session.duration_minutes, session.ended_at), (0, 0, None));
    assert_eq!((session.topic.as_str(), session.started_at), ("Python Basics", session.last_message_at));
    service.audit_ends_with("sapiens.tutoring_session.start", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn a_session_of_before_is_written_down_with_all_that_was_said() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");

    for writer in [service.service("seed"), service.admin("root")] {
        let session = started(&writer, recorded_session(&alice)).await;

        assert_eq!(session.student_id, alice.id.to_string());
        assert_eq!((session.status(), session.duration_minutes), (TutoringSessionStatus::Completed, 30));
        let (began, ended) = (session.started_at.unwrap(), session.ended_at.unwrap());
        assert_eq!((ended.seconds - began.seconds, session.message_count), (1800, 2));
        let request = ListMessagesRequest { session_id: session.id, ..Default::default() };
        let said = sapiens(&alice).list_messages(request).await.unwrap().into_inner().messages;
        let (question, answer) = (&said[0], &said[1]);
        assert_eq!((question.seq, question.role(), question.ai_generated), (1, MessageRole::User, false));
        assert_eq!((answer.seq, answer.role(), answer.ai_generated), (2, MessageRole::Assistant, true));
        assert_eq!((question.provider.as_str(), answer.provider.as_str()), ("", "offline"));
    }
}

#[tokio::test]
async fn only_admins_and_the_seeder_state_facts_from_before() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");

    for caller in [alice.clone(), service.educator("eve"), service.service("education")] {
        let refused = sapiens(&caller).start_tutoring_session(recorded_session(&alice)).await;
        assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    }

    service.audit_ends_with("sapiens.tutoring_session.start", Outcome::Refused, &alice).await;
}

#[tokio::test]
async fn nobody_begins_a_session_for_somebody_else() {
    let service = TestService::<Sapiens>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));

    let request = StartTutoringSessionRequest { student_id: bob.id.to_string(), ..python_session() };
    let refused = sapiens(&alice).start_tutoring_session(request).await;

    assert_refused(&refused, Code::PermissionDenied, "NOT_OWNER");
}

#[tokio::test]
async fn a_service_has_to_name_the_learner() {
    let service = TestService::<Sapiens>::start().await;

    let refused = sapiens(&service.service("seed")).start_tutoring_session(python_session()).await;

    assert_fields(&refused, &["student_id"]);
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Sapiens>::start().await;
    let messages = vec![
        RecordedMessage { role: MessageRole::User.into(), content: "Hello".into() },
        RecordedMessage { role: 77, content: " ".into() },
    ];
    let request = StartTutoringSessionRequest {
        request_id: "x".into(),
        topic: "t".repeat(201),
        level: 99,
        course_id: "python".into(),
        student_id: "me".into(),
        recorded: Some(RecordedSession { minutes: 0, messages }),
    };

    let refused = sapiens(&service.admin("root")).start_tutoring_session(request).await;

    let paths = [
        "request_id",
        "topic",
        "level",
        "course_id",
        "student_id",
        "recorded.minutes",
        "recorded.messages[1].role",
        "recorded.messages[1].content",
    ];
    assert_fields(&refused, &paths);
}

#[tokio::test]
async fn a_session_of_before_has_its_limits() {
    let service = TestService::<Sapiens>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let said = RecordedMessage { role: MessageRole::User.into(), content: "Hello".into() };
    let lasting = |minutes, count| StartTutoringSessionRequest {
        recorded: Some(RecordedSession { minutes, messages: vec![said.clone(); count] }),
        ..recorded_session(&alice)
    };

    let longest = started(&root, lasting(1440, 200)).await;
    let too_long = sapiens(&root).start_tutoring_session(lasting(1441, 201)).await;

    assert_eq!((longest.duration_minutes, longest.message_count), (1440, 200));
    assert_fields(&too_long, &["recorded.minutes", "recorded.messages"]);
}

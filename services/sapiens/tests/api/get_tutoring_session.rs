use proto::azora::sapiens::v1::GetTutoringSessionRequest;
use sapiens::Sapiens;
use shared::testing::{TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{sapiens, session_of};

#[tokio::test]
async fn the_learner_an_admin_and_a_service_see_a_session() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let session = session_of(&alice).await;

    for reader in [alice, service.admin("root"), service.service("education")] {
        let request = GetTutoringSessionRequest { session_id: session.id.clone() };
        let seen = sapiens(&reader).get_tutoring_session(request).await.unwrap().into_inner().session.unwrap();
        assert_eq!(seen, session);
    }
}

#[tokio::test]
async fn a_session_of_somebody_else_is_not_found() {
    let service = TestService::<Sapiens>::start().await;
    let session = session_of(&service.student("alice")).await;

    for id in [session.id, new_id()] {
        let request = GetTutoringSessionRequest { session_id: id };
        let refused = sapiens(&service.educator("eve")).get_tutoring_session(request).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let service = TestService::<Sapiens>::start().await;

    let request = GetTutoringSessionRequest { session_id: "last".into() };
    let refused = sapiens(&service.student("alice")).get_tutoring_session(request).await;

    assert_fields(&refused, &["session_id"]);
}

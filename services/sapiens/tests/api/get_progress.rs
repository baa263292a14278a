use proto::azora::sapiens::v1::GetProgressRequest;
use sapiens::Sapiens;
use shared::testing::{TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{path_of, progress, sapiens};

#[tokio::test]
async fn the_learner_an_admin_and_a_service_see_progress() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let made = path_of(&alice).await;

    for reader in [alice.clone(), service.admin("root"), service.service("nexus")] {
        let request = GetProgressRequest { path_id: made.path.clone().unwrap().id };
        let seen = sapiens(&reader).get_progress(request).await.unwrap().into_inner().progress.unwrap();
        assert_eq!(seen, progress(&alice, &made.steps[0]).await);
        assert_eq!((seen.student_id, seen.completion_rate.as_str()), (alice.id.to_string(), "0"));
    }
}

#[tokio::test]
async fn progress_of_somebody_else_is_not_found() {
    let service = TestService::<Sapiens>::start().await;
    let made = path_of(&service.student("alice")).await;

    for id in [made.path.unwrap().id, new_id()] {
        let refused = sapiens(&service.student("bob")).get_progress(GetProgressRequest { path_id: id }).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let service = TestService::<Sapiens>::start().await;

    let request = GetProgressRequest { path_id: "python".into() };
    let refused = sapiens(&service.student("alice")).get_progress(request).await;

    assert_fields(&refused, &["path_id"]);
}

use proto::azora::sapiens::v1::GetLearningPathRequest;
use sapiens::Sapiens;
use shared::testing::{TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{path_of, sapiens};

#[tokio::test]
async fn the_learner_an_admin_and_a_service_see_a_path_with_its_steps() {
    let service = TestService::<Sapiens>::start().await;
    let alice = service.student("alice");
    let made = path_of(&alice).await;

    for reader in [alice, service.admin("root"), service.service("nexus")] {
        let request = GetLearningPathRequest { path_id: made.path.clone().unwrap().id };
        let seen = sapiens(&reader).get_learning_path(request).await.unwrap().into_inner();
        assert_eq!((&seen.path, &seen.steps), (&made.path, &made.steps));
    }
}

#[tokio::test]
async fn a_path_of_somebody_else_is_not_found() {
    let service = TestService::<Sapiens>::start().await;
    let made = path_of(&service.student("alice")).await;

    for id in [made.path.unwrap().id, new_id()] {
        let refused = sapiens(&service.student("bob")).get_learning_path(GetLearningPathRequest { path_id: id }).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let service = TestService::<Sapiens>::start().await;

    let request = GetLearningPathRequest { path_id: "python".into() };
    let refused = sapiens(&service.student("alice")).get_learning_path(request).await;

    assert_fields(&refused, &["path_id"]);
}

use health::Health;
use proto::azora::health::v1::ListServicesRequest;
use shared::testing::{TestService, assert_refused};
use tonic::Code;

use crate::health;
use crate::register_service::at;

#[tokio::test]
async fn everybody_signed_in_sees_which_services_there_are() {
    let service = TestService::<Health>::start().await;
    for name in ["mint", "auth"] {
        health(&service.service(name)).register_service(at("http://a:1")).await.unwrap();
    }
    let seen = health(&service.student("alice")).list_services(ListServicesRequest::default()).await;
    let names: Vec<_> = seen.unwrap().into_inner().services.into_iter().map(|service| service.name).collect();
    assert_eq!(names, ["auth", "mint"]);
}

#[tokio::test]
async fn strangers_do_not_see_the_fleet() {
    let service = TestService::<Health>::start().await;
    let refused = health(&service.stranger()).list_services(ListServicesRequest::default()).await;
    assert_refused(&refused, Code::Unauthenticated, "TOKEN_REQUIRED");
}

use health::Health;
use proto::azora::health::v1::RegisterServiceRequest;
use shared::testing::{TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::health;

pub fn at(address: &str) -> RegisterServiceRequest {
    RegisterServiceRequest { request_id: new_id(), address: address.into(), version: "0.1.0".into() }
}

#[tokio::test]
async fn a_service_registers_under_the_name_it_proves_and_moves_by_repeating_it() {
    let service = TestService::<Health>::start().await;
    let mint = service.service("mint");
    let first = health(&mint).register_service(at("http://a:1")).await.unwrap().into_inner().service.unwrap();
    let second = health(&mint).register_service(at("http://b:2")).await.unwrap().into_inner().service.unwrap();
    assert_eq!((second.name.as_str(), second.address.as_str()), ("mint", "http://b:2"));
    assert_eq!(first.id, second.id);
}

#[tokio::test]
async fn only_services_register() {
    let service = TestService::<Health>::start().await;
    let refused = health(&service.admin("root")).register_service(at("http://a:1")).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    assert_fields(&health(&service.service("mint")).register_service(at("")).await, &["address"]);
}

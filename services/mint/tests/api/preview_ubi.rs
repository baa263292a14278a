use mint::Mint;
use proto::azora::mint::v1::PreviewUbiRequest;
use shared::testing::{TestService, assert_refused};
use tonic::Code;

use crate::distribute_ubi::{distributed, previewed};
use crate::{mint, wallet_with};

#[tokio::test]
async fn it_is_what_a_round_comes_to_and_moves_nothing() {
    let service = TestService::<Mint>::start().await;
    let root = service.admin("root");
    assert_eq!(previewed(&root).await, (0, "0".to_owned()));
    for name in ["ann", "ben"] {
        wallet_with(&service, &service.student(name), "1").await;
    }
    let told = previewed(&root).await;
    assert_eq!(told, (2, "20".to_owned()));
    assert_eq!(previewed(&root).await, told, "asked twice, it is the same");
    let round = distributed(&root).await;
    assert_eq!((round.recipients, round.total), told);
}

#[tokio::test]
async fn only_administrators_ask() {
    let service = TestService::<Mint>::start().await;
    let refused = mint(&service.student("alice")).preview_ubi(PreviewUbiRequest {}).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

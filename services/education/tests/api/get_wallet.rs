use education::Education;
use proto::azora::education::v1::GetWalletRequest;
use shared::testing::{TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{education, fund, student};

fn of_student(id: &str) -> GetWalletRequest {
    GetWalletRequest { student_id: id.to_owned() }
}

#[tokio::test]
async fn the_owner_an_admin_and_a_service_see_a_wallet() {
    let service = TestService::<Education>::start().await;
    let alice = service.student("alice");
    let learner = student(&alice).await;
    fund(&service, &learner, 150).await;

    let own = education(&alice).get_wallet(GetWalletRequest::default()).await.unwrap().into_inner().wallet.unwrap();

    assert_eq!((own.student_id.as_str(), own.balance.as_str()), (learner.id.as_str(), "150"));
    for reader in [alice, service.admin("root"), service.service("seed")] {
        let seen = education(&reader).get_wallet(of_student(&learner.id)).await.unwrap().into_inner();
        assert_eq!(seen.wallet.as_ref(), Some(&own));
    }
}

#[tokio::test]
async fn a_wallet_of_somebody_else_is_not_found() {
    let service = TestService::<Education>::start().await;
    let learner = student(&service.student("alice")).await;
    let (bob, naledi) = (service.student("bob"), service.educator("naledi"));
    student(&bob).await;

    for stranger in [&bob, &naledi] {
        let refused = education(stranger).get_wallet(of_student(&learner.id)).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
    let nobody = education(&service.admin("root")).get_wallet(of_student(&new_id())).await;
    assert_refused(&nobody, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn a_service_says_whose_wallet_it_means() {
    let service = TestService::<Education>::start().await;

    let nobody = education(&service.service("seed")).get_wallet(GetWalletRequest::default()).await;
    let no_uuid = education(&service.service("seed")).get_wallet(of_student("alice")).await;

    assert_fields(&nobody, &["student_id"]);
    assert_fields(&no_uuid, &["student_id"]);
}

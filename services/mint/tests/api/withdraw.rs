use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ExternalDirection, TransactionType, WithdrawRequest, WithdrawResponse};
use shared::testing::{Outcome, TestService, TestUser, assert_refused, new_id};
use tonic::{Code, Response, Status};

use crate::deposit::deposit_of;
use crate::external::{is_guarded, outside};
use crate::{mint, wallet, wallet_with};

pub fn withdraw_of(amount: &str, wallet: &str, reference: &str) -> WithdrawRequest {
    WithdrawRequest {
        request_id: new_id(),
        wallet_id: wallet.into(),
        amount: amount.into(),
        external_reference: reference.into(),
        reason: String::new(),
    }
}

#[tokio::test]
async fn what_leaves_goes_out_once_and_not_beyond_what_is_there() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let id = wallet_with(&service, &alice, "10").await;
    let outside = outside(Currency::Azr);
    let too_much = mint(&root).withdraw(withdraw_of("11", &id, "bank/1")).await;
    assert_refused(&too_much, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
    let went = mint(&root).withdraw(withdraw_of("4", &id, "bank/1")).await.unwrap().into_inner().transaction.unwrap();
    assert_eq!((went.r#type(), went.external_direction()), (TransactionType::Payment, ExternalDirection::Out));
    assert_eq!((went.external_reference.as_str(), went.credit_wallet_id.as_str()), ("bank/1", outside.as_str()));
    service.audit_ends_with("mint.withdraw.withdraw", Outcome::Ok, &root).await;
    let again = mint(&root).withdraw(withdraw_of("4", &id, "bank/1")).await;
    assert_refused(&again, Code::AlreadyExists, "EXTERNAL_REFERENCE_USED");
    // What came in under a name does not keep it from going out.
    mint(&root).deposit(deposit_of("1", &id, "bank/1")).await.unwrap();
    assert_eq!(wallet(&alice, &id).await.balance, "7");
}

async fn withdrawn(
    user: &TestUser,
    amount: &str,
    wallet: &str,
    reference: &str,
) -> Result<Response<WithdrawResponse>, Status> {
    mint(user).withdraw(withdraw_of(amount, wallet, reference)).await
}

#[tokio::test]
async fn only_administrators_do_and_every_bad_field_is_named() {
    is_guarded(withdrawn).await;
}

use mint::Mint;
use mint::entity::wallet as table;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ExternalDirection, TransactionType, WalletKind, WithdrawRequest};
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{mint, wallet, wallet_in, wallet_with};

fn withdraw_of(amount: &str, wallet: &str, reference: &str) -> WithdrawRequest {
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
    let outside = table::id_of_system(WalletKind::External, Currency::Azr, "main").to_string();
    let too_much = mint(&root).withdraw(withdraw_of("11", &id, "bank/1")).await;
    assert_refused(&too_much, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
    let went = mint(&root).withdraw(withdraw_of("4", &id, "bank/1")).await.unwrap().into_inner().transaction.unwrap();
    assert_eq!((went.r#type(), went.external_direction()), (TransactionType::Payment, ExternalDirection::Out));
    assert_eq!((went.external_reference.as_str(), went.credit_wallet_id.as_str()), ("bank/1", outside.as_str()));
    service.audit_ends_with("mint.withdraw.withdraw", Outcome::Ok, &root).await;
    let again = mint(&root).withdraw(withdraw_of("4", &id, "bank/1")).await;
    assert_refused(&again, Code::AlreadyExists, "EXTERNAL_REFERENCE_USED");
    // What came in under a name does not keep it from going out.
    mint(&root).deposit(crate::deposit::deposit_of("1", &id, "bank/1")).await.unwrap();
    assert_eq!(wallet(&alice, &id).await.balance, "7");
}

#[tokio::test]
async fn only_administrators_do_and_every_bad_field_is_named() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let id = wallet_in(&alice, Currency::Azr).await.id;
    let refused = mint(&alice).withdraw(withdraw_of("1", &id, "bank/1")).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    for nowhere in [new_id(), table::id_of_system(WalletKind::Issuance, Currency::Azr, "main").to_string()] {
        let refused = mint(&root).withdraw(withdraw_of("1", &nowhere, "bank/2")).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
    let bad = mint(&root).withdraw(withdraw_of("0", "x", "")).await;
    assert_fields(&bad, &["wallet_id", "amount", "external_reference"]);
}

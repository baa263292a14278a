use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{BurnTokensRequest, TransactionType, WalletKind};
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{mint, system, wallet, wallet_in, wallet_with};

pub fn burn_of(amount: &str, wallet: &str) -> BurnTokensRequest {
    BurnTokensRequest {
        request_id: new_id(),
        wallet_id: wallet.into(),
        amount: amount.into(),
        reason: "a mistake".into(),
    }
}

#[tokio::test]
async fn tokens_go_back_to_where_they_came_from() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let id = wallet_with(&service, &alice, "10").await;
    let issuance = system(WalletKind::Issuance, Currency::Azr, "main");
    let burnt = mint(&root).burn_tokens(burn_of("4", &id)).await.unwrap().into_inner().transaction.unwrap();
    assert_eq!((burnt.r#type(), burnt.credit_wallet_id.as_str()), (TransactionType::Burn, issuance.as_str()));
    assert_eq!(wallet(&alice, &id).await.balance, "6");
    assert_eq!(wallet(&root, &issuance).await.balance, "-6");
    service.audit_ends_with("mint.tokens.burn", Outcome::Ok, &root).await;
    let refused = mint(&root).burn_tokens(burn_of("7", &id)).await;
    assert_refused(&refused, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
}

#[tokio::test]
async fn what_is_not_azr_does_not_burn_and_nobody_else_burns() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let dollars = wallet_in(&alice, Currency::Usd).await.id;
    let refused = mint(&root).burn_tokens(burn_of("1", &dollars)).await;
    assert_refused(&refused, Code::FailedPrecondition, "CURRENCY_MISMATCH");
    let pool = system(WalletKind::RewardPool, Currency::Azr, "mining");
    assert_refused(&mint(&root).burn_tokens(burn_of("1", &pool)).await, Code::NotFound, "NOT_FOUND");
    assert_refused(&mint(&alice).burn_tokens(burn_of("1", &dollars)).await, Code::PermissionDenied, "ROLE_REQUIRED");
    let bad = BurnTokensRequest { reason: String::new(), ..burn_of("0", "x") };
    assert_fields(&mint(&root).burn_tokens(bad).await, &["wallet_id", "amount", "reason"]);
}

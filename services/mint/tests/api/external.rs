//! What Deposit and Withdraw have in common.

use std::fmt::Debug;

use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::WalletKind;
use shared::testing::{TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::{Code, Response, Status};

use crate::{system, wallet_in};

/// The wallet that stands for the world outside.
pub fn outside(currency: Currency) -> String {
    system(WalletKind::External, currency, "main")
}

/// Only administrators let an amount pass, into or out of wallets that take transfers, and every bad field is named. `pass`
/// is given an amount, a wallet and what the passage is called.
pub async fn is_guarded<A: Debug>(pass: impl AsyncFn(&TestUser, &str, &str, &str) -> Result<Response<A>, Status>) {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let id = wallet_in(&alice, Currency::Azr).await.id;
    assert_refused(&pass(&alice, "1", &id, "bank/1").await, Code::PermissionDenied, "ROLE_REQUIRED");
    for nowhere in [new_id(), system(WalletKind::Issuance, Currency::Azr, "main")] {
        assert_refused(&pass(&root, "1", &nowhere, "bank/2").await, Code::NotFound, "NOT_FOUND");
    }
    assert_fields(&pass(&root, "0", "x", "").await, &["wallet_id", "amount", "external_reference"]);
}

//! Brings money in that has arrived in the world outside, whose wallet goes below zero by it.

use proto::azora::mint::v1::{DepositRequest, DepositResponse, ExternalDirection};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Mint;
use crate::external::{self, Passage};

pub struct Deposit(Passage);

impl TryFrom<DepositRequest> for Deposit {
    type Error = Error;

    fn try_from(request: DepositRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let passage = Passage {
            direction: ExternalDirection::In,
            wallet: fields.id("wallet_id", &request.wallet_id),
            amount: fields.amount("amount", &request.amount),
            reference: fields.text("external_reference", &request.external_reference, 1..=120),
            reason: fields.optional_text("reason", &request.reason, 1..=200),
        };
        fields.finish(Self(passage))
    }
}

pub async fn run(mint: &Mint, call: &Call, input: Deposit) -> Result<DepositResponse> {
    external::pass(mint, call, input.0, |transaction| DepositResponse { transaction: Some(transaction) }).await
}

//! Takes money out that leaves for the world outside.

use proto::azora::mint::v1::{ExternalDirection, WithdrawRequest, WithdrawResponse};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Mint;
use crate::external::{self, Passage};

pub struct Withdraw(Passage);

impl TryFrom<WithdrawRequest> for Withdraw {
    type Error = Error;

    fn try_from(request: WithdrawRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let passage = Passage {
            direction: ExternalDirection::Out,
            wallet: fields.id("wallet_id", &request.wallet_id),
            amount: fields.amount("amount", &request.amount),
            reference: fields.text("external_reference", &request.external_reference, 1..=120),
            reason: fields.optional_text("reason", &request.reason, 1..=200),
        };
        fields.finish(Self(passage))
    }
}

pub async fn run(mint: &Mint, call: &Call, input: Withdraw) -> Result<WithdrawResponse> {
    external::pass(mint, call, input.0, |transaction| WithdrawResponse { transaction: Some(transaction) }).await
}

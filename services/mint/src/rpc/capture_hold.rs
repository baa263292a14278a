//! Pays out of a hold, once. Whoever made it decides when and how much.

use proto::azora::mint::v1::{CaptureHoldRequest, CaptureHoldResponse, Hold, Transaction, TransactionType};
use sea_orm::EntityTrait;
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::work::Verdict;

use crate::Mint;
use crate::entity::hold;
use crate::id::HoldId;
use crate::posting::{Books, Command, Needs};

pub struct CaptureHold {
    hold: HoldId,
    amount: Option<Amount>,
}

impl TryFrom<CaptureHoldRequest> for CaptureHold {
    type Error = Error;

    fn try_from(request: CaptureHoldRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            hold: fields.id("hold_id", &request.hold_id),
            amount: fields.optional_amount("amount", &request.amount),
        };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: CaptureHold) -> Result<CaptureHoldResponse> {
    // Which wallets a hold is between never changes.
    let found = hold::Entity::find_by_id(input.hold).one(mint.work.read()).await?;
    mint.writer.post(call, Capture { input, found }).await
}

struct Capture {
    input: CaptureHold,
    found: Option<hold::Model>,
}

impl Command for Capture {
    fn needs(&self, needs: &mut Needs) {
        needs.hold(self.found.as_ref());
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        let id = self.input.hold;
        if books.hold(id)?.creator != call.user().to_string() {
            return Err(not_found("hold"));
        }
        let payee = books.wallet(books.hold(id)?.credit_wallet_id)?;
        let kind = if payee.user_id.is_some() { TransactionType::Transfer } else { TransactionType::Payment };
        let (transaction, hold) = books.capture(call, id, self.input.amount, kind)?;
        let (transaction, hold) = (Transaction::from(transaction), Hold::from(hold));
        let answer = CaptureHoldResponse { transaction: Some(transaction.clone()), hold: Some(hold) };
        Ok(Verdict::new(&transaction.id, &transaction, &answer))
    }
}

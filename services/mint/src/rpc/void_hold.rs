//! Frees a hold as a whole, once: by whoever made it, or by whom it was for.

use proto::azora::mint::v1::{Hold, VoidHoldRequest, VoidHoldResponse};
use sea_orm::EntityTrait;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::work::Verdict;

use crate::Mint;
use crate::entity::hold;
use crate::id::HoldId;
use crate::posting::{Books, Command, Needs};

pub struct VoidHold {
    hold: HoldId,
}

impl TryFrom<VoidHoldRequest> for VoidHold {
    type Error = Error;

    fn try_from(request: VoidHoldRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { hold: fields.id("hold_id", &request.hold_id) };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: VoidHold) -> Result<VoidHoldResponse> {
    // Which wallets a hold is between never changes.
    let found = hold::Entity::find_by_id(input.hold).one(mint.work.read()).await?;
    mint.writer.post(call, Void { input, found }).await
}

struct Void {
    input: VoidHold,
    found: Option<hold::Model>,
}

impl Command for Void {
    fn needs(&self, needs: &mut Needs) {
        needs.hold(self.found.as_ref());
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        let hold = books.hold(self.input.hold)?;
        let payee = books.wallet(hold.credit_wallet_id)?.belongs_to(call.user());
        if !payee && hold.creator != call.user().to_string() {
            return Err(not_found("hold"));
        }
        let hold = Hold::from(books.void(self.input.hold)?);
        Ok(Verdict::new(&hold.id, &hold, &VoidHoldResponse { hold: Some(hold.clone()) }))
    }
}

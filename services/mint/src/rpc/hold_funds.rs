//! Sets an amount aside for another wallet, for minutes. Long custody is a movement, not a hold: a hold expires.

use chrono::Duration;
use proto::azora::mint::v1::{Hold, HoldFundsRequest, HoldFundsResponse};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::work::Verdict;

use crate::Mint;
use crate::error::MintError;
use crate::id::WalletId;
use crate::posting::{Books, Command, Needs, Reservation};

const SECONDS_DEFAULT: i32 = 15 * 60;
const SECONDS_MAX: i32 = 7 * 24 * 3600;

pub struct HoldFunds {
    from: WalletId,
    to: WalletId,
    amount: Amount,
    reason: String,
    lasts: Duration,
}

impl TryFrom<HoldFundsRequest> for HoldFunds {
    type Error = Error;

    fn try_from(request: HoldFundsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let seconds = if request.seconds == 0 { SECONDS_DEFAULT } else { request.seconds };
        let input = Self {
            from: fields.id("from_wallet_id", &request.from_wallet_id),
            to: fields.id("to_wallet_id", &request.to_wallet_id),
            amount: fields.amount("amount", &request.amount),
            reason: fields.text("reason", &request.reason, 1..=200),
            lasts: Duration::seconds(fields.number("seconds", seconds, 1..=SECONDS_MAX).into()),
        };
        let input = fields.finish(input)?;
        if input.from == input.to { Err(MintError::SameWallet.into()) } else { Ok(input) }
    }
}

pub async fn run(mint: &Mint, call: &Call, input: HoldFunds) -> Result<HoldFundsResponse> {
    mint.writer.post(call, input).await
}

impl Command for HoldFunds {
    fn needs(&self, needs: &mut Needs) {
        needs.wallets([self.from, self.to]);
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        if !books.wallet(self.from)?.belongs_to(call.user()) || !books.wallet(self.to)?.takes_transfers() {
            return Err(not_found("wallet"));
        }
        let asked = Reservation {
            debit: self.from,
            credit: self.to,
            amount: self.amount,
            reason: self.reason.clone(),
            lasts: Some(self.lasts),
        };
        let hold = Hold::from(books.reserve(&call.user().to_string(), asked)?);
        Ok(Verdict::new(&hold.id, &hold, &HoldFundsResponse { hold: Some(hold.clone()) }))
    }
}

//! Takes tokens out of circulation: they go back to issuance, whose share of the supply grows by them.

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{BurnTokensRequest, BurnTokensResponse, Transaction, TransactionType, WalletKind};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::work::Verdict;

use crate::Mint;
use crate::entity::wallet;
use crate::id::WalletId;
use crate::posting::{Books, Command, Movement, Needs};

pub struct BurnTokens {
    wallet: WalletId,
    amount: Amount,
    reason: String,
}

impl TryFrom<BurnTokensRequest> for BurnTokens {
    type Error = Error;

    fn try_from(request: BurnTokensRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            wallet: fields.id("wallet_id", &request.wallet_id),
            amount: fields.amount("amount", &request.amount),
            reason: fields.text("reason", &request.reason, 1..=200),
        };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: BurnTokens) -> Result<BurnTokensResponse> {
    mint.writer.post(call, input).await
}

fn issuance() -> WalletId {
    wallet::id_of_system(WalletKind::Issuance, Currency::Azr, "main")
}

impl Command for BurnTokens {
    fn needs(&self, needs: &mut Needs) {
        needs.wallets([self.wallet, issuance()]);
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        if !books.wallet(self.wallet)?.takes_transfers() {
            return Err(not_found("wallet"));
        }
        let movement = Movement {
            reason: Some(self.reason.clone()),
            ..Movement::of(TransactionType::Burn, self.wallet, issuance(), self.amount)
        };
        let transaction = Transaction::from(books.post(call, movement)?);
        Ok(Verdict::new(&transaction.id, &transaction, &BurnTokensResponse { transaction: Some(transaction.clone()) }))
    }
}

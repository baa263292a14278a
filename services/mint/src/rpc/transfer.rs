//! Moves money from a wallet of the caller to somebody else's. Final at once: what was sent by mistake comes back only
//! by another transfer.

use proto::azora::mint::v1::{Transaction, TransactionType, TransferRequest, TransferResponse};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::work::Verdict;
use uuid::Uuid;

use crate::Mint;
use crate::error::MintError;
use crate::id::WalletId;
use crate::posting::{Books, Command, Movement, Needs};

#[derive(Clone, Debug)]
pub struct Transfer {
    pub from: WalletId,
    pub to: WalletId,
    pub amount: Amount,
    pub memo: Option<String>,
}

impl TryFrom<TransferRequest> for Transfer {
    type Error = Error;

    fn try_from(request: TransferRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            from: fields.id("from_wallet_id", &request.from_wallet_id),
            to: fields.id("to_wallet_id", &request.to_wallet_id),
            amount: fields.amount("amount", &request.amount),
            memo: fields.optional_text("memo", &request.memo, 1..=200),
        };
        let input = fields.finish(input)?;
        if input.from == input.to { Err(MintError::SameWallet.into()) } else { Ok(input) }
    }
}

pub async fn run(mint: &Mint, call: &Call, input: Transfer) -> Result<TransferResponse> {
    mint.writer.post(call, input).await
}

impl Transfer {
    /// Moves the amount; `group` is common to transfers that stand or fall together.
    ///
    /// # Errors
    /// The refusal.
    pub fn post(&self, call: &Call, books: &mut Books, group: Option<Uuid>) -> Result<Transaction> {
        let (from, to) = (books.wallet(self.from)?, books.wallet(self.to)?);
        if !from.belongs_to(call.user()) || !to.takes_transfers() {
            return Err(not_found("wallet"));
        }
        let kind = if to.user_id.is_some() { TransactionType::Transfer } else { TransactionType::Payment };
        let movement =
            Movement { memo: self.memo.clone(), group, ..Movement::of(kind, self.from, self.to, self.amount) };
        books.post(call, movement).map(Into::into)
    }
}

impl Command for Transfer {
    fn needs(&self, needs: &mut Needs) {
        needs.wallets([self.from, self.to]);
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        let transaction = self.post(call, books, None)?;
        Ok(Verdict::new(&transaction.id, &transaction, &TransferResponse { transaction: Some(transaction.clone()) }))
    }
}

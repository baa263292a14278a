//! Moves money from a wallet of the caller to somebody else's. Final at once: what was sent by mistake comes back only
//! by another transfer.

use proto::azora::mint::v1::{Transaction, TransactionType, TransferRequest, TransferResponse};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Mint;
use crate::error::MintError;
use crate::id::WalletId;
use crate::posting::{self, Movement};

pub struct Transfer {
    from: WalletId,
    to: WalletId,
    amount: Amount,
    memo: Option<String>,
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
    mint.work
        .mutate(call, async |work| {
            let pair = posting::lock_pair(work, input.from, input.to).await?;
            if !pair.debit.belongs_to(call.user()) || !pair.credit.takes_transfers() {
                return Err(not_found("wallet"));
            }
            let between_people = pair.credit.user_id.is_some();
            let movement = Movement {
                kind: if between_people { TransactionType::Transfer } else { TransactionType::Payment },
                amount: input.amount,
                reason: None,
                memo: input.memo,
                external: None,
                metadata: None,
            };
            let transaction = Transaction::from(posting::post(work, call, &pair, movement).await?);
            work.audit(&transaction.id, &transaction)?;
            Ok(TransferResponse { transaction: Some(transaction) })
        })
        .await
}

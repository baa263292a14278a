//! Brings tokens into circulation. Nothing is made from nothing: the amount leaves issuance or the mining pool, whose
//! floor is what is left of the supply.

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{
    ExternalDirection, MintSource, MintTokensRequest, MintTokensResponse, Transaction, TransactionType, WalletKind,
};
use serde_json::json;
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::word::Word;
use shared::work::Verdict;

use crate::Mint;
use crate::entity::wallet;
use crate::id::WalletId;
use crate::posting::{Books, Command, External, Movement, Needs};

pub struct MintTokens {
    wallet: WalletId,
    amount: Amount,
    kind: TransactionType,
    source: MintSource,
    reason: String,
    external_reference: Option<String>,
    note: Option<String>,
}

impl TryFrom<MintTokensRequest> for MintTokens {
    type Error = Error;

    fn try_from(request: MintTokensRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let Word(kind) = fields.word::<TransactionType>("type", request.r#type);
        let source = fields.optional_word("source", request.source).map_or(MintSource::Issuance, |Word(source)| source);
        // Unspecified stands for what is missing or unknown, and has been refused already.
        if !matches!(kind, TransactionType::Unspecified | TransactionType::Mint | TransactionType::Reward) {
            fields.refuse("type", "must be mint or reward");
        }
        if kind == TransactionType::Mint && source == MintSource::Mining {
            fields.refuse("source", "mining pays rewards only");
        }
        let input = Self {
            wallet: fields.id("wallet_id", &request.wallet_id),
            amount: fields.amount("amount", &request.amount),
            kind,
            source,
            reason: fields.text("reason", &request.reason, 1..=200),
            external_reference: fields.optional_text("external_reference", &request.external_reference, 1..=120),
            note: fields.optional_text("note", &request.note, 1..=500),
        };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: MintTokens) -> Result<MintTokensResponse> {
    mint.writer.post(call, input).await
}

impl MintTokens {
    fn source(&self) -> WalletId {
        let share = match self.source {
            MintSource::Mining => (WalletKind::RewardPool, "mining"),
            MintSource::Issuance | MintSource::Unspecified => (WalletKind::Issuance, "main"),
        };
        wallet::id_of_system(share.0, Currency::Azr, share.1)
    }

    fn external(&self) -> Option<External> {
        let reference = self.external_reference.clone()?;
        Some(External { direction: Word(ExternalDirection::In), currency: Word(Currency::Azr), reference })
    }
}

impl Command for MintTokens {
    fn needs(&self, needs: &mut Needs) {
        needs.wallets([self.source(), self.wallet]);
        needs.externals(self.external());
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        if !books.wallet(self.wallet)?.takes_transfers() {
            return Err(not_found("wallet"));
        }
        let movement = Movement {
            reason: Some(self.reason.clone()),
            external: self.external(),
            metadata: self.note.as_ref().map(|note| json!({ "note": note })),
            ..Movement::of(self.kind, self.source(), self.wallet, self.amount)
        };
        let transaction = Transaction::from(books.post(call, movement)?);
        Ok(Verdict::new(&transaction.id, &transaction, &MintTokensResponse { transaction: Some(transaction.clone()) }))
    }
}

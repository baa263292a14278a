//! Brings tokens into circulation. Nothing is made from nothing: the amount leaves issuance or the mining pool, whose
//! floor is what is left of the supply.

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{
    ExternalDirection, MintSource, MintTokensRequest, MintTokensResponse, Transaction, TransactionType, WalletKind,
};
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::json;
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::word::Word;

use crate::Mint;
use crate::entity::wallet;
use crate::id::WalletId;
use crate::posting::{self, External, Movement};

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
    mint.work
        .mutate(call, async |work| {
            let share = match input.source {
                MintSource::Mining => wallet::of_system(WalletKind::RewardPool, "mining"),
                MintSource::Issuance | MintSource::Unspecified => wallet::of_system(WalletKind::Issuance, "main"),
            };
            let source = share
                .filter(wallet::Column::Currency.eq(Word(Currency::Azr)))
                .one(&work.tx)
                .await?
                .ok_or_else(|| Error::internal("the wallet that new tokens come out of is missing"))?;
            let pair = posting::lock_pair(work, source.id, input.wallet).await?;
            if !pair.credit.takes_transfers() {
                return Err(not_found("wallet"));
            }
            let external = |reference| External { direction: ExternalDirection::In, reference };
            let movement = Movement {
                kind: input.kind,
                amount: input.amount,
                reason: Some(input.reason),
                memo: None,
                external: input.external_reference.map(external),
                metadata: input.note.map(|note| json!({ "note": note })),
            };
            let transaction = Transaction::from(posting::post(work, call, &pair, movement).await?);
            work.audit(&transaction.id, &transaction)?;
            Ok(MintTokensResponse { transaction: Some(transaction) })
        })
        .await
}

//! Takes a transaction back, whole or in part, by another one the other way. All that is taken back of one never sums to
//! more than it was.

use proto::azora::mint::v1::{ReverseTransactionRequest, ReverseTransactionResponse, Transaction, TransactionType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::word::Word;
use shared::work::Verdict;

use crate::Mint;
use crate::entity::transaction;
use crate::error::MintError;
use crate::id::TransactionId;
use crate::posting::{Books, Command, Movement, Needs, Reversed};

pub struct ReverseTransaction {
    transaction: TransactionId,
    amount: Option<Amount>,
    reason: String,
}

impl TryFrom<ReverseTransactionRequest> for ReverseTransaction {
    type Error = Error;

    fn try_from(request: ReverseTransactionRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            transaction: fields.id("transaction_id", &request.transaction_id),
            amount: fields.optional_amount("amount", &request.amount),
            reason: fields.text("reason", &request.reason, 1..=200),
        };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: ReverseTransaction) -> Result<ReverseTransactionResponse> {
    let db = mint.work.read();
    // Nothing of it that is looked at here ever changes.
    let found = transaction::Entity::find_by_id(input.transaction).one(db).await?;
    let converted = match &found {
        Some(original) => is_part_of_a_conversion(original, db).await?,
        None => false,
    };
    mint.writer.post(call, Reversal { input, found, converted }).await
}

/// One leg of it alone is not taken back; its fee is known by what it is grouped with.
async fn is_part_of_a_conversion(row: &transaction::Model, db: &impl ConnectionTrait) -> Result<bool> {
    use transaction::Column::{GroupId, Type};
    let Some(group) = row.group_id.filter(|_| *row.r#type == TransactionType::Fee) else {
        return Ok(*row.r#type == TransactionType::Conversion);
    };
    let legs = transaction::Entity::find().filter(GroupId.eq(group));
    Ok(legs.filter(Type.eq(Word(TransactionType::Conversion))).one(db).await?.is_some())
}

struct Reversal {
    input: ReverseTransaction,
    found: Option<transaction::Model>,
    converted: bool,
}

impl Command for Reversal {
    fn needs(&self, needs: &mut Needs) {
        if let Some(original) = &self.found {
            needs.wallets([original.debit_wallet_id, original.credit_wallet_id]);
            needs.reversals([original.id]);
        }
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        let original = self.found.as_ref().ok_or_else(|| not_found("transaction"))?;
        let refuse = |why: String| MintError::NotReversible(original.id, why);
        if self.converted {
            return Err(refuse("it is part of a conversion; convert back instead".to_owned()).into());
        }
        if has_its_own_way_back(*original.r#type) {
            return Err(refuse(format!("{} is taken back by an RPC of its own, or not at all", original.r#type)).into());
        }
        let left = original.amount.minus(books.reversed(original.id)?)?;
        let amount = self.input.amount.unwrap_or(left);
        if amount > left || left == Amount::ZERO {
            return Err(refuse(format!("{left} of it are left")).into());
        }
        let movement = Movement {
            reason: Some(self.input.reason.clone()),
            reverses: Some(Reversed { id: original.id, kind: *original.r#type }),
            ..Movement::of(TransactionType::Reversal, original.credit_wallet_id, original.debit_wallet_id, amount)
        };
        let transaction = Transaction::from(books.post(call, movement)?);
        let answer = ReverseTransactionResponse { transaction: Some(transaction.clone()) };
        Ok(Verdict::new(&transaction.id, &transaction, &answer))
    }
}

fn has_its_own_way_back(kind: TransactionType) -> bool {
    match kind {
        TransactionType::Stake
        | TransactionType::Unstake
        | TransactionType::EscrowHold
        | TransactionType::EscrowRelease
        | TransactionType::EscrowRefund
        | TransactionType::Conversion
        | TransactionType::Reversal
        | TransactionType::Unspecified => true,
        TransactionType::Mint
        | TransactionType::Transfer
        | TransactionType::Reward
        | TransactionType::Fee
        | TransactionType::Payment
        | TransactionType::Burn => false,
    }
}

//! What is written down of a movement: its transaction, a posting for each wallet, and an event.

use proto::azora::mint::v1::TransactionStatus;
use serde_json::json;
use shared::amount::Amount;
use shared::clock::Time;
use shared::word::Word;
use shared::work::Event;
use uuid::Uuid;

use super::judging::After;
use crate::entity::{posting, transaction, wallet};
use crate::id::{HoldId, TransactionId};
use crate::posting::{External, Movement};

pub fn transaction_row(after: &After, movement: Movement, seq: i64, now: Time) -> transaction::Model {
    let (external_direction, external_reference) =
        movement.external.map(|external| (external.direction, external.reference)).unzip();
    transaction::Model {
        id: TransactionId::new(),
        seq,
        r#type: Word(movement.kind),
        currency: after.debit.currency,
        debit_wallet_id: after.debit.id,
        credit_wallet_id: after.credit.id,
        amount: movement.amount,
        status: Word(TransactionStatus::Completed),
        reason: movement.reason,
        memo: movement.memo,
        group_id: movement.group,
        reverses_id: movement.reverses.map(|reversed| reversed.id),
        hold_id: movement.hold,
        external_direction,
        external_reference,
        operation_caller: String::new(),
        operation_id: Uuid::nil(),
        metadata: movement.metadata,
        effective_at: now,
        created_at: now,
        updated_at: now,
    }
}

/// What a transaction is called outside.
pub fn external_of(row: &transaction::Model) -> Option<External> {
    let (direction, reference) = (row.external_direction?, row.external_reference.clone()?);
    Some(External { direction, currency: row.currency, reference })
}

/// The two postings of a completed transaction: minus its amount here, plus its amount there.
pub fn legs(after: &After, transaction: TransactionId, amount: Amount, held_delta: Amount) -> [posting::Model; 2] {
    let leg = |wallet, amount, held_delta| posting::Model {
        transaction_id: Some(transaction),
        ..trace(wallet, amount, held_delta)
    };
    [leg(&after.debit, amount.negated(), held_delta), leg(&after.credit, amount, Amount::ZERO)]
}

/// The posting of a hold that is set or freed. It moves no balance.
pub fn trace_of_hold(wallet: &wallet::Model, hold: HoldId, held_delta: Amount) -> posting::Model {
    posting::Model { hold_id: Some(hold), ..trace(wallet, Amount::ZERO, held_delta) }
}

fn trace(wallet: &wallet::Model, amount: Amount, held_delta: Amount) -> posting::Model {
    posting::Model {
        wallet_id: wallet.id,
        version: wallet.version,
        transaction_id: None,
        hold_id: None,
        amount,
        held_delta,
        balance_after: wallet.balance,
        held_after: wallet.held,
        effective_at: wallet.updated_at,
        created_at: wallet.updated_at,
    }
}

/// What consumers may know of a movement: whom it concerns and how much it was, not what people wrote to each other.
pub fn announcement(row: &transaction::Model, After { debit, credit }: &After) -> Event {
    let data = json!({
        "transaction_id": row.id.to_string(),
        "seq": row.seq,
        "type": row.r#type.text(),
        "currency": row.currency.text(),
        "amount": row.amount.to_string(),
        "debit_wallet_id": row.debit_wallet_id.to_string(),
        "credit_wallet_id": row.credit_wallet_id.to_string(),
        "debit_user_id": debit.user_id.map(|user| user.to_string()),
        "credit_user_id": credit.user_id.map(|user| user.to_string()),
        "reason": row.reason,
        "created_at": row.created_at.to_rfc3339(),
    });
    Event {
        kind: "azora.mint.transaction.posted.v1".to_owned(),
        aggregate: "transaction".to_owned(),
        id: row.id.into(),
        first: true,
        data,
        trace: None,
    }
}

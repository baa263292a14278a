//! How money moves: an amount leaves one wallet and comes to another. A movement is judged against its two wallets as
//! they stand under lock, and written as one transaction with a posting on each of them.
//!
//! Judging is pure: it has no database and no clock. No kind of wallet is special to it; a floor, a ceiling and a
//! status are all it looks at. The tests below hold it to what the books promise.

use proto::azora::mint::v1::{ExternalDirection, TransactionStatus, TransactionType, WalletKind, WalletStatus};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result, not_found, unique_where};
use shared::json::Json;
use shared::word::Word;
use shared::work::Work;

use crate::entity::{posting, transaction, wallet};
use crate::error::MintError;
use crate::id::{TransactionId, WalletId};

/// What no two transactions have in common, where it is given.
const EXTERNAL_KEY: [&str; 3] = ["external_direction", "currency", "external_reference"];

/// A movement that a call asks for.
#[derive(Clone, Debug)]
pub struct Movement {
    pub kind: TransactionType,
    pub amount: Amount,
    pub reason: Option<String>,
    pub memo: Option<String>,
    pub external: Option<External>,
    pub metadata: Option<Json>,
}

/// What a movement is called in the world outside.
#[derive(Clone, Debug)]
pub struct External {
    pub direction: ExternalDirection,
    pub reference: String,
}

/// The two wallets of a movement, at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The amount leaves it.
    pub debit: wallet::Model,
    /// The amount comes to it.
    pub credit: wallet::Model,
}

/// Locks two wallets, in the order of their ids whatever their roles, so that two movements never wait for each other.
pub async fn lock_pair(work: &Work<'_>, debit: WalletId, credit: WalletId) -> Result<Pair> {
    let both =
        wallet::Entity::find().filter(wallet::Column::Id.is_in([debit, credit])).order_by_asc(wallet::Column::Id);
    let locked = work.lock(both).await?;
    let find = |id: WalletId| locked.iter().find(|wallet| wallet.id == id).cloned().ok_or_else(|| not_found("wallet"));
    Ok(Pair { debit: find(debit)?, credit: find(credit)? })
}

/// What a movement makes of its two wallets, or why it is refused: by state, then currency, then funds, then ceiling.
///
/// The moment of both is `now`, or later where a wallet has been written by a faster clock: versions and times of a
/// wallet then agree in their order.
pub fn judge(before: &Pair, kind: TransactionType, amount: Amount, now: Time) -> Result<Pair, MintError> {
    let Pair { debit, credit } = before;
    for wallet in [debit, credit] {
        if *wallet.status != WalletStatus::Active {
            return Err(MintError::WalletNotActive(wallet.id, wallet.status));
        }
    }
    if debit.currency != credit.currency {
        return Err(MintError::CurrencyMismatch { from: debit.currency, to: credit.currency });
    }
    let at = now.max(debit.updated_at).max(credit.updated_at);
    Ok(Pair { debit: debited(debit, amount, at)?, credit: credited(credit, kind, amount, at)? })
}

fn debited(wallet: &wallet::Model, amount: Amount, at: Time) -> Result<wallet::Model, MintError> {
    check_funds(wallet, amount)?;
    let balance = wallet.balance.minus(amount)?;
    Ok(wallet::Model { balance, version: wallet.version + 1, updated_at: at, ..wallet.clone() })
}

fn credited(
    wallet: &wallet::Model,
    kind: TransactionType,
    amount: Amount,
    at: Time,
) -> Result<wallet::Model, MintError> {
    let balance = wallet.balance.plus(amount)?;
    if let Some(ceiling) = wallet.ceil.filter(|ceiling| balance > *ceiling) {
        return Err(MintError::CeilingExceeded { ceiling, wanted: balance });
    }
    let earned = if kind == TransactionType::Reward { wallet.earned.plus(amount)? } else { wallet.earned };
    Ok(wallet::Model { balance, earned, version: wallet.version + 1, updated_at: at, ..wallet.clone() })
}

/// What is in a wallet and not held can be spent, down to the wallet's floor. Where that is a share of the supply, the
/// share is what has run out.
fn check_funds(wallet: &wallet::Model, wanted: Amount) -> Result<(), MintError> {
    let Some(floor) = wallet.floor else { return Ok(()) };
    // Three amounts at their largest are far from the end of an i64.
    let available = wallet.balance.units() - wallet.held.units() - floor.units();
    if wanted.units() <= available {
        return Ok(());
    }
    let available = Amount::from_units(available)?;
    Err(match *wallet.kind {
        WalletKind::Issuance | WalletKind::RewardPool => MintError::SupplyCapReached { left: available, wanted },
        _ => MintError::InsufficientFunds { available, wanted },
    })
}

/// Judges a movement between two locked wallets and writes it: the transaction, its postings, the wallets, the event.
pub async fn post(work: &Work<'_>, call: &Call, before: &Pair, movement: Movement) -> Result<transaction::Model> {
    let after = judge(before, movement.kind, movement.amount, call.now())?;
    // The last lock that is taken: from here to the commit one movement follows the other, and so do their numbers.
    work.lock_audit_head().await?;
    let seq = last_seq(&work.tx).await? + 1;
    let accepted = transaction_row(call, &after, movement, seq)?;
    let used = MintError::ExternalReferenceUsed(accepted.external_reference.clone().unwrap_or_default());
    let reference_used = unique_where("transactions", "external", EXTERNAL_KEY, used);
    let row = transaction::ActiveModel::from(accepted).insert(&work.tx).await.map_err(reference_used)?;
    let both_legs = legs(&after, row.id, row.amount).map(posting::ActiveModel::from);
    posting::Entity::insert_many(both_legs).exec_without_returning(&work.tx).await?;
    for wallet in [&after.debit, &after.credit] {
        store(work, wallet).await?;
    }
    work.publish("azora.mint.transaction.posted.v1", "transaction", row.id, announcement(&row, &after)).await?;
    Ok(row)
}

async fn last_seq(db: &impl ConnectionTrait) -> Result<i64> {
    let newest = transaction::Entity::find()
        .select_only()
        .column(transaction::Column::Seq)
        .order_by_desc(transaction::Column::Seq)
        .into_tuple::<i64>()
        .one(db)
        .await?;
    Ok(newest.unwrap_or(0))
}

fn transaction_row(call: &Call, after: &Pair, movement: Movement, seq: i64) -> Result<transaction::Model> {
    let claim = call.claim().ok_or_else(|| Error::internal("a movement without a request id"))?;
    let at = after.debit.updated_at;
    let (external_direction, external_reference) =
        movement.external.map(|external| (Word(external.direction), external.reference)).unzip();
    Ok(transaction::Model {
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
        group_id: None,
        reverses_id: None,
        hold_id: None,
        external_direction,
        external_reference,
        operation_caller: claim.caller.clone(),
        operation_id: claim.request_id,
        metadata: movement.metadata,
        effective_at: at,
        created_at: at,
        updated_at: at,
    })
}

/// The two postings of a completed transaction: minus its amount here, plus its amount there.
fn legs(after: &Pair, transaction: TransactionId, amount: Amount) -> [posting::Model; 2] {
    [(&after.debit, amount.negated()), (&after.credit, amount)].map(|(wallet, amount)| posting::Model {
        wallet_id: wallet.id,
        version: wallet.version,
        transaction_id: Some(transaction),
        hold_id: None,
        amount,
        held_delta: Amount::ZERO,
        balance_after: wallet.balance,
        held_after: wallet.held,
        effective_at: wallet.updated_at,
        created_at: wallet.updated_at,
    })
}

async fn store(work: &Work<'_>, after: &wallet::Model) -> Result<()> {
    let row = wallet::ActiveModel {
        id: Unchanged(after.id),
        balance: Set(after.balance),
        earned: Set(after.earned),
        version: Set(after.version),
        updated_at: Set(after.updated_at),
        ..Default::default()
    };
    row.update(&work.tx).await?;
    Ok(())
}

/// What consumers may know of a movement: whom it concerns and how much it was, not what people wrote to each other.
fn announcement(row: &transaction::Model, after: &Pair) -> Json {
    json!({
        "transaction_id": row.id.to_string(),
        "seq": row.seq,
        "type": row.r#type.text(),
        "currency": row.currency.text(),
        "amount": row.amount.to_string(),
        "debit_wallet_id": row.debit_wallet_id.to_string(),
        "credit_wallet_id": row.credit_wallet_id.to_string(),
        "debit_user_id": after.debit.user_id.map(|user| user.to_string()),
        "credit_user_id": after.credit.user_id.map(|user| user.to_string()),
        "reason": row.reason,
        "created_at": row.created_at.to_rfc3339(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::collection;
    use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
    use proto::azora::common::v1::Currency;
    use shared::id::UserId;
    use uuid::Uuid;

    use super::*;

    fn units(units: i64) -> Amount {
        Amount::from_units(units).expect("in range")
    }

    fn wallet(number: u128, kind: WalletKind, floor: Option<i64>) -> wallet::Model {
        wallet::Model {
            id: WalletId(Uuid::from_u128(number)),
            user_id: (kind == WalletKind::User).then(|| UserId(Uuid::from_u128(number))),
            currency: Word(Currency::Azr),
            kind: Word(kind),
            r#ref: String::new(),
            address: String::new(),
            balance: Amount::ZERO,
            held: Amount::ZERO,
            floor: floor.map(units),
            ceil: None,
            staked: Amount::ZERO,
            earned: Amount::ZERO,
            version: 0,
            status: Word(WalletStatus::Active),
            created_at: Time::default(),
            updated_at: Time::default(),
        }
    }

    /// A payer with 10 units and a payee with none.
    fn pair() -> Pair {
        let debit = wallet::Model { balance: units(10), version: 1, ..wallet(1, WalletKind::User, Some(0)) };
        Pair { debit, credit: wallet(2, WalletKind::User, Some(0)) }
    }

    fn transfer(pair: &Pair, amount: i64) -> Result<Pair, MintError> {
        judge(pair, TransactionType::Transfer, units(amount), shared::clock::now())
    }

    #[test]
    fn what_leaves_one_wallet_comes_to_the_other() {
        let after = transfer(&pair(), 10).expect("funds");
        assert_eq!((after.debit.balance, after.debit.version), (Amount::ZERO, 2));
        assert_eq!((after.credit.balance, after.credit.version), (units(10), 1));
    }

    #[test]
    fn held_money_is_not_spent() {
        let mut pair = pair();
        pair.debit.held = units(4);
        assert!(transfer(&pair, 6).is_ok());
        let Err(MintError::InsufficientFunds { available, wanted }) = transfer(&pair, 7) else {
            panic!("held money moved")
        };
        assert_eq!((available, wanted), (units(6), units(7)));
    }

    #[test]
    fn both_wallets_have_to_be_active() {
        for status in [WalletStatus::Frozen, WalletStatus::Closed] {
            let (mut out_of, mut into) = (pair(), pair());
            out_of.debit.status = Word(status);
            into.credit.status = Word(status);
            assert!(matches!(transfer(&out_of, 1), Err(MintError::WalletNotActive(id, _)) if id == out_of.debit.id));
            assert!(matches!(transfer(&into, 1), Err(MintError::WalletNotActive(id, _)) if id == into.credit.id));
        }
    }

    #[test]
    fn state_is_judged_before_currency_and_currency_before_funds() {
        let mut pair = pair();
        pair.credit.currency = Word(Currency::Usd);
        assert!(matches!(transfer(&pair, 11), Err(MintError::CurrencyMismatch { .. })));
        pair.credit.status = Word(WalletStatus::Frozen);
        assert!(matches!(transfer(&pair, 11), Err(MintError::WalletNotActive(..))));
    }

    #[test]
    fn a_ceiling_may_be_reached_but_not_passed() {
        let mut pair = pair();
        pair.credit.ceil = Some(units(5));
        assert!(transfer(&pair, 5).is_ok());
        assert!(matches!(transfer(&pair, 6), Err(MintError::CeilingExceeded { .. })));
    }

    #[test]
    fn a_sum_that_leaves_the_range_is_refused() {
        let mut pair = pair();
        pair.credit.balance = units(shared::amount::MAX_UNITS);
        assert!(matches!(transfer(&pair, 1), Err(MintError::Amount(_))));
    }

    #[test]
    fn a_share_of_the_supply_runs_out_by_its_floor() {
        let pair = Pair { debit: wallet(1, WalletKind::Issuance, Some(-5)), ..pair() };
        assert!(transfer(&pair, 5).is_ok());
        assert!(matches!(transfer(&pair, 6), Err(MintError::SupplyCapReached { .. })));
    }

    #[test]
    fn a_clock_that_steps_back_does_not_turn_versions_round() {
        let mut pair = pair();
        pair.credit.updated_at = shared::clock::now();
        let after = judge(&pair, TransactionType::Transfer, units(1), Time::default()).expect("funds");
        assert_eq!((after.debit.updated_at, after.credit.updated_at), (pair.credit.updated_at, pair.credit.updated_at));
    }

    fn kinds() -> impl Strategy<Value = TransactionType> {
        prop_oneof![Just(TransactionType::Transfer), Just(TransactionType::Reward), Just(TransactionType::Payment)]
    }

    proptest! {
        /// Whatever is asked for, in whatever order: nothing appears or is lost, no floor is passed, and each wallet is
        /// what its postings say.
        #[test]
        fn the_books_balance(movements in collection::vec((0..6_usize, 0..6_usize, kinds(), 1..=400_i64), 0..150)) {
            let mut wallets = [
                wallet(0, WalletKind::Issuance, Some(-1000)),
                wallet(1, WalletKind::RewardPool, Some(-500)),
                wallet(2, WalletKind::External, None),
                wallet(3, WalletKind::User, Some(0)),
                wallet(4, WalletKind::User, Some(0)),
                wallet::Model { ceil: Some(units(300)), ..wallet(5, WalletKind::User, Some(0)) },
            ];
            let mut postings = vec![Vec::new(); wallets.len()];
            let mut earned = [0; 6];
            for (from, to, kind, amount) in movements {
                if from == to {
                    continue;
                }
                let before = Pair { debit: wallets[from].clone(), credit: wallets[to].clone() };
                let Ok(after) = judge(&before, kind, units(amount), Time::default()) else { continue };
                let [debit, credit] = legs(&after, TransactionId::default(), units(amount));
                postings[from].push(debit);
                postings[to].push(credit);
                wallets[from] = after.debit;
                wallets[to] = after.credit;
                if kind == TransactionType::Reward {
                    earned[to] += amount;
                }
                let sum: i128 = wallets.iter().map(|wallet| i128::from(wallet.balance.units())).sum();
                prop_assert_eq!(sum, 0);
            }
            for (index, wallet) in wallets.iter().enumerate() {
                prop_assert!(wallet.floor.is_none_or(|floor| wallet.balance >= floor));
                prop_assert!(wallet.ceil.is_none_or(|ceil| wallet.balance <= ceil));
                prop_assert_eq!(wallet.earned, units(earned[index]));
                let mut balance = 0;
                for (posting, version) in postings[index].iter().zip(1..) {
                    balance += posting.amount.units();
                    prop_assert_eq!((posting.version, posting.balance_after), (version, units(balance)));
                }
                let newest = postings[index].last().map(|last| (last.version, last.balance_after));
                prop_assert_eq!((wallet.version, wallet.balance), newest.unwrap_or_default());
            }
        }
    }
}

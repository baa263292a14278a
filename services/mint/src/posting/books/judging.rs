//! What a movement makes of its two wallets, or why it is refused. No kind of wallet is special: a status, a currency, a
//! floor and a ceiling are all that is looked at.

use proto::azora::mint::v1::{TransactionType, WalletKind, WalletStatus};
use shared::amount::Amount;
use shared::clock::Time;
use shared::error::Result;

use crate::entity::wallet;
use crate::error::MintError;
use crate::posting::Movement;

/// The two wallets of a movement after it.
pub struct After {
    pub debit: wallet::Model,
    pub credit: wallet::Model,
}

/// What a movement makes of its two wallets, or why it is refused.
pub fn judge(
    debit: &wallet::Model,
    credit: &wallet::Model,
    movement: &Movement,
    now: Time,
) -> Result<After, MintError> {
    check_active(debit)?;
    check_active(credit)?;
    check_currency(debit, credit)?;
    Ok(After { debit: debited(debit, movement, now)?, credit: credited(credit, movement, now)? })
}

pub fn check_active(wallet: &wallet::Model) -> Result<(), MintError> {
    if *wallet.status == WalletStatus::Active {
        return Ok(());
    }
    Err(MintError::WalletNotActive(wallet.id, wallet.status))
}

pub fn check_currency(debit: &wallet::Model, credit: &wallet::Model) -> Result<(), MintError> {
    if debit.currency == credit.currency {
        return Ok(());
    }
    Err(MintError::CurrencyMismatch { from: debit.currency, to: credit.currency })
}

/// The next version of a wallet.
pub fn changed(wallet: &wallet::Model, now: Time) -> wallet::Model {
    wallet::Model { version: wallet.version + 1, updated_at: now, ..wallet.clone() }
}

pub fn debited(wallet: &wallet::Model, movement: &Movement, now: Time) -> Result<wallet::Model, MintError> {
    check_funds(wallet, movement.amount)?;
    let earned = if movement.reverses.is_some_and(|reversed| reversed.kind == TransactionType::Reward) {
        wallet.earned.minus(movement.amount)?
    } else {
        wallet.earned
    };
    Ok(wallet::Model { balance: wallet.balance.minus(movement.amount)?, earned, ..changed(wallet, now) })
}

pub fn credited(wallet: &wallet::Model, movement: &Movement, now: Time) -> Result<wallet::Model, MintError> {
    let amount = movement.amount;
    let balance = wallet.balance.plus(amount)?;
    if let Some(ceiling) = wallet.ceil.filter(|ceiling| balance > *ceiling) {
        return Err(MintError::CeilingExceeded { ceiling, wanted: balance });
    }
    let earned = if movement.kind == TransactionType::Reward { wallet.earned.plus(amount)? } else { wallet.earned };
    Ok(wallet::Model { balance, earned, ..changed(wallet, now) })
}

/// What is in a wallet and not held can be spent, down to the wallet's floor. Where that is a share of the supply, the
/// share is what has run out.
pub fn check_funds(wallet: &wallet::Model, wanted: Amount) -> Result<(), MintError> {
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

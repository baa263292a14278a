//! All that mint can refuse, on one screen.

use std::time::Duration;

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ActivityType, WalletStatus};
use shared::amount::{Amount, AmountError};
use shared::error::Fault;
use shared::hundredths::Hundredths;
use shared::word::Word;
use tonic::Code;

use crate::id::{HoldId, MiningRecordId, StakeId, TransactionId, WalletId};

#[derive(Debug, thiserror::Error)]
pub enum MintError {
    #[error("there is already a wallet in {0}")]
    WalletExists(Word<Currency>),
    #[error("both wallets are the same")]
    SameWallet,
    #[error("wallet {0} is {1}")]
    WalletNotActive(WalletId, Word<WalletStatus>),
    #[error("one wallet is in {from}, the other in {to}")]
    CurrencyMismatch { from: Word<Currency>, to: Word<Currency> },
    #[error("available {available}, wanted {wanted}")]
    InsufficientFunds { available: Amount, wanted: Amount },
    #[error("the wallet may hold {ceiling}, and would hold {wanted}")]
    CeilingExceeded { ceiling: Amount, wanted: Amount },
    #[error("of this share of the supply {left} are left, wanted {wanted}")]
    SupplyCapReached { left: Amount, wanted: Amount },
    #[error("a movement with the external reference {0:?} is on the books")]
    ExternalReferenceUsed(String),
    #[error("hold {0} has been captured")]
    HoldAlreadyCaptured(HoldId),
    #[error("hold {0} has been voided")]
    HoldAlreadyVoided(HoldId),
    #[error("hold {0} has expired")]
    HoldExpired(HoldId),
    #[error("{held} are held, wanted {wanted}")]
    HoldExceeded { held: Amount, wanted: Amount },
    #[error("transaction {0} cannot be reversed: {1}")]
    NotReversible(TransactionId, String),
    #[error("the smallest stake is {least}, wanted {wanted}")]
    StakeTooSmall { least: Amount, wanted: Amount },
    #[error("the stake is locked until {0}")]
    StakeLocked(String),
    #[error("stake {0} has ended")]
    StakeNotActive(StakeId),
    #[error("{service} does not tell of {activity}")]
    ActivityNotYours { service: String, activity: Word<ActivityType> },
    #[error("a score of {0} is asked for")]
    ScoreTooLow(Hundredths),
    #[error("record {0} has paid for it")]
    AlreadyRewarded(MiningRecordId),
    #[error("of this day's reward {left} are left, wanted {wanted}")]
    DailyCapReached { left: Amount, wanted: Amount, until_midnight: Duration },
    #[error("{from} is not changed into {to}")]
    NoRate { from: Word<Currency>, to: Word<Currency> },
    #[error("it would buy {bought}, at least {minimum} is wanted")]
    ConversionBelowMinimum { bought: Amount, minimum: Amount },
    #[error("there is {available} to be bought, wanted {wanted}")]
    LiquidityExhausted { available: Amount, wanted: Amount },
    #[error("the round of {0} has been paid")]
    UbiRoundDone(String),
    #[error("another transfer of its group was refused")]
    GroupRefused,
    #[error("too many requests that move money are waiting")]
    QueueFull,
    #[error("the sum {0}")]
    Amount(#[from] AmountError),
}

impl Fault for MintError {
    fn kind(&self) -> (Code, &'static str) {
        match self {
            Self::WalletExists(_) => (Code::AlreadyExists, "WALLET_EXISTS"),
            Self::SameWallet => (Code::InvalidArgument, "SAME_WALLET"),
            Self::WalletNotActive(..) => (Code::FailedPrecondition, "WALLET_NOT_ACTIVE"),
            Self::CurrencyMismatch { .. } => (Code::FailedPrecondition, "CURRENCY_MISMATCH"),
            Self::InsufficientFunds { .. } => (Code::FailedPrecondition, "INSUFFICIENT_FUNDS"),
            Self::CeilingExceeded { .. } => (Code::FailedPrecondition, "CEILING_EXCEEDED"),
            Self::SupplyCapReached { .. } => (Code::ResourceExhausted, "SUPPLY_CAP_REACHED"),
            Self::ExternalReferenceUsed(_) => (Code::AlreadyExists, "EXTERNAL_REFERENCE_USED"),
            Self::HoldAlreadyCaptured(_) => (Code::FailedPrecondition, "HOLD_ALREADY_CAPTURED"),
            Self::HoldAlreadyVoided(_) => (Code::FailedPrecondition, "HOLD_ALREADY_VOIDED"),
            Self::HoldExpired(_) => (Code::FailedPrecondition, "HOLD_EXPIRED"),
            Self::HoldExceeded { .. } => (Code::FailedPrecondition, "HOLD_EXCEEDED"),
            Self::NotReversible(..) => (Code::FailedPrecondition, "NOT_REVERSIBLE"),
            Self::StakeTooSmall { .. } => (Code::FailedPrecondition, "STAKE_TOO_SMALL"),
            Self::StakeLocked(_) => (Code::FailedPrecondition, "STAKE_LOCKED"),
            Self::StakeNotActive(_) => (Code::FailedPrecondition, "STAKE_NOT_ACTIVE"),
            Self::ActivityNotYours { .. } => (Code::PermissionDenied, "ACTIVITY_NOT_YOURS"),
            Self::ScoreTooLow(_) => (Code::FailedPrecondition, "SCORE_TOO_LOW"),
            Self::AlreadyRewarded(_) => (Code::AlreadyExists, "ALREADY_REWARDED"),
            Self::DailyCapReached { .. } => (Code::ResourceExhausted, "DAILY_CAP_REACHED"),
            Self::NoRate { .. } => (Code::FailedPrecondition, "NO_RATE"),
            Self::ConversionBelowMinimum { .. } => (Code::FailedPrecondition, "CONVERSION_BELOW_MINIMUM"),
            Self::LiquidityExhausted { .. } => (Code::FailedPrecondition, "LIQUIDITY_EXHAUSTED"),
            Self::UbiRoundDone(_) => (Code::AlreadyExists, "UBI_ROUND_DONE"),
            Self::GroupRefused => (Code::FailedPrecondition, "GROUP_REFUSED"),
            Self::QueueFull => (Code::ResourceExhausted, "QUEUE_FULL"),
            Self::Amount(error) => (Code::InvalidArgument, error.reason()),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::QueueFull => Some(Duration::from_secs(1)),
            Self::DailyCapReached { until_midnight, .. } => Some(*until_midnight),
            _ => None,
        }
    }
}

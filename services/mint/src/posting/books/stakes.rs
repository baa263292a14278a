//! Principals that are locked away for a term, and the rewards that are kept ready for them.

use chrono::Duration;
use proto::azora::mint::v1::{StakeStatus, TransactionType};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Result, not_found};
use shared::word::Word;

use super::Books;
use crate::entity::{stake, wallet};
use crate::error::MintError;
use crate::id::{StakeId, WalletId};
use crate::posting::{Movement, Reservation, Terms};

impl Books {
    /// A stake as it stands.
    ///
    /// # Errors
    /// NOT_FOUND.
    pub fn stake(&self, id: StakeId) -> Result<&stake::Model> {
        self.stakes.get(&id).ok_or_else(|| not_found("stake"))
    }

    /// Locks a principal away, and sets its reward aside in the pool.
    ///
    /// # Errors
    /// The refusal. Half of it may be done then: only within `attempt`.
    pub fn stake_away(&mut self, call: &Call, terms: &Terms) -> Result<stake::Model> {
        let group = Some(shared::id::time_ordered());
        let principal =
            Movement { group, ..Movement::of(TransactionType::Stake, terms.wallet, terms.locked_in, terms.amount) };
        let moved = self.post(call, principal)?;
        let reward_hold = if terms.reward > Amount::ZERO {
            let set_aside = Reservation {
                debit: terms.rewarded_from,
                credit: terms.wallet,
                amount: terms.reward,
                reason: "Reward of a stake".to_owned(),
                lasts: None,
            };
            Some(self.reserve(&moved.operation_caller, set_aside)?.id)
        } else {
            None
        };
        let staked = self.wallet(terms.wallet)?.staked.plus(terms.amount)?;
        self.note_staked(terms.wallet, staked)?;
        let stake = stake::Model {
            id: StakeId::new(),
            wallet_id: terms.wallet,
            start_at: self.now,
            end_at: self.now + Duration::days(terms.days.into()),
            amount: terms.amount,
            rate_bp: terms.rate_bp,
            days: terms.days,
            reward: terms.reward,
            reward_hold_id: reward_hold,
            status: Word(StakeStatus::Active),
            matured_at: None,
            ended_at: None,
            stake_transaction_id: moved.id,
            unstake_transaction_id: None,
            reward_transaction_id: None,
            created_at: self.now,
            updated_at: self.now,
        };
        self.stakes.put(stake.id, stake.clone());
        Ok(stake)
    }

    /// Gives a principal back, once: with its reward at the end of the term, and before it without, if that is wanted.
    ///
    /// # Errors
    /// The refusal. Half of it may be done then: only within `attempt`.
    pub fn unstake(&mut self, call: &Call, id: StakeId, locked_in: WalletId, forfeit: bool) -> Result<stake::Model> {
        let stake = self.stake(id)?.clone();
        if *stake.status != StakeStatus::Active {
            return Err(MintError::StakeNotActive(id).into());
        }
        let ended = self.now >= stake.end_at;
        if !ended && !forfeit {
            return Err(MintError::StakeLocked(stake.end_at.to_rfc3339()).into());
        }
        let group = Some(shared::id::time_ordered());
        let back =
            Movement { group, ..Movement::of(TransactionType::Unstake, locked_in, stake.wallet_id, stake.amount) };
        let back = self.post(call, back)?;
        let reward = match stake.reward_hold_id {
            Some(hold) if ended => Some(self.capture(call, hold, None, TransactionType::Reward)?.0.id),
            Some(hold) => {
                self.void(hold)?;
                None
            }
            None => None,
        };
        let staked = self.wallet(stake.wallet_id)?.staked.minus(stake.amount)?;
        self.note_staked(stake.wallet_id, staked)?;
        let stake = stake::Model {
            status: Word(if ended { StakeStatus::Completed } else { StakeStatus::Cancelled }),
            ended_at: Some(self.now),
            unstake_transaction_id: Some(back.id),
            reward_transaction_id: reward,
            updated_at: self.now,
            ..stake
        };
        self.stakes.put(stake.id, stake.clone());
        Ok(stake)
    }

    fn note_staked(&mut self, wallet: WalletId, staked: Amount) -> Result<()> {
        let wallet = wallet::Model { staked, ..self.wallet(wallet)?.clone() };
        self.wallets.put(wallet.id, wallet);
        Ok(())
    }
}

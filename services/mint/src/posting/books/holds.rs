//! Amounts that are set aside: they stay in a balance, but cannot be spent.

use proto::azora::mint::v1::{HoldStatus, TransactionType};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Result, not_found};
use shared::word::Word;

use super::Books;
use super::judging::{After, changed, check_currency, check_funds, credited, debited};
use super::written::trace_of_hold;
use crate::entity::{hold, transaction, wallet};
use crate::error::MintError;
use crate::id::HoldId;
use crate::posting::{Movement, Reservation};

impl Books {
    /// A hold as it stands.
    ///
    /// # Errors
    /// NOT_FOUND.
    pub fn hold(&self, id: HoldId) -> Result<&hold::Model> {
        self.holds.get(&id).ok_or_else(|| not_found("hold"))
    }

    /// Sets an amount aside: it stays in the balance, but cannot be spent.
    ///
    /// # Errors
    /// The refusal, judged as for a movement.
    pub fn reserve(&mut self, creator: &str, asked: Reservation) -> Result<hold::Model> {
        let (debit, credit) = (self.wallet(asked.debit)?, self.wallet(asked.credit)?);
        self.check_active([debit.id, credit.id])?;
        check_currency(debit, credit)?;
        check_funds(debit, asked.amount)?;
        let held = debit.held.plus(asked.amount)?;
        let debit = wallet::Model { held, ..changed(debit, self.now) };
        let hold = hold::Model {
            id: HoldId::new(),
            debit_wallet_id: debit.id,
            credit_wallet_id: credit.id,
            creator: creator.to_owned(),
            currency: debit.currency,
            amount: asked.amount,
            captured: Amount::ZERO,
            status: Word(HoldStatus::Open),
            reason: asked.reason,
            expires_at: asked.lasts.map(|lasts| self.now + lasts),
            created_at: self.now,
            updated_at: self.now,
        };
        self.postings.push(trace_of_hold(&debit, hold.id, asked.amount));
        self.wallets.put(debit.id, debit);
        self.holds.put(hold.id, hold.clone());
        Ok(hold)
    }

    /// Pays out of a hold, once; the rest of it is free again. The payer may have been frozen since.
    ///
    /// # Errors
    /// The refusal.
    pub fn capture(
        &mut self,
        call: &Call,
        hold: HoldId,
        amount: Option<Amount>,
        kind: TransactionType,
    ) -> Result<(transaction::Model, hold::Model)> {
        let hold = self.open_hold(hold)?.clone();
        let amount = amount.unwrap_or(hold.amount);
        if amount > hold.amount {
            return Err(MintError::HoldExceeded { held: hold.amount, wanted: amount }.into());
        }
        let (debit, credit) = (self.wallet(hold.debit_wallet_id)?, self.wallet(hold.credit_wallet_id)?);
        self.check_active([credit.id])?;
        let movement = Movement {
            reason: Some(hold.reason.clone()),
            hold: Some(hold.id),
            ..Movement::of(kind, debit.id, credit.id, amount)
        };
        let freed = wallet::Model { held: debit.held.minus(hold.amount)?, ..debit.clone() };
        let after =
            After { debit: debited(&freed, &movement, self.now)?, credit: credited(credit, &movement, self.now)? };
        let transaction = self.write(call, after, movement, hold.amount.negated())?;
        let hold = hold::Model { captured: amount, status: Word(HoldStatus::Captured), updated_at: self.now, ..hold };
        self.holds.put(hold.id, hold.clone());
        Ok((transaction, hold))
    }

    /// Sets a hold free as a whole, once.
    ///
    /// # Errors
    /// The refusal.
    pub fn void(&mut self, hold: HoldId) -> Result<hold::Model> {
        let hold = self.open_hold(hold)?.clone();
        self.free(hold, HoldStatus::Voided)
    }

    fn open_hold(&self, id: HoldId) -> Result<&hold::Model> {
        let hold = self.hold(id)?;
        match *hold.status {
            HoldStatus::Open => Ok(hold),
            HoldStatus::Captured => Err(MintError::HoldAlreadyCaptured(id).into()),
            HoldStatus::Expired => Err(MintError::HoldExpired(id).into()),
            HoldStatus::Voided | HoldStatus::Unspecified => Err(MintError::HoldAlreadyVoided(id).into()),
        }
    }

    pub fn free(&mut self, hold: hold::Model, status: HoldStatus) -> Result<hold::Model> {
        let debit = self.wallet(hold.debit_wallet_id)?;
        let debit = wallet::Model { held: debit.held.minus(hold.amount)?, ..changed(debit, self.now) };
        let hold = hold::Model { status: Word(status), updated_at: self.now, ..hold };
        self.postings.push(trace_of_hold(&debit, hold.id, hold.amount.negated()));
        self.wallets.put(debit.id, debit);
        self.holds.put(hold.id, hold.clone());
        Ok(hold)
    }
}

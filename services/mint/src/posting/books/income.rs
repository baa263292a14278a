//! Rounds of basic income. A hold is paid out once, so each part of a round frees it, pays, and sets aside what is left: in
//! one commit, in which nothing else can take it.

use proto::azora::mint::v1::{TransactionType, UbiRoundStatus};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::word::Word;

use super::Books;
use crate::entity::ubi_round;
use crate::error::MintError;
use crate::id::{HoldId, UbiRoundId, WalletId};
use crate::posting::{Movement, Payments, Reservation, Round};

/// Nobody's name: no caller may end the hold of a round.
const CREATOR: &str = "basic income";

impl Books {
    /// Begins the round of a day by setting its whole total aside. One that has begun already is left as it is.
    ///
    /// # Errors
    /// The refusal: the round is done, or the pool cannot cover it.
    pub fn begin_round(&mut self, asked: &Round) -> Result<ubi_round::Model> {
        if let Some(there) = self.rounds.get(&asked.day) {
            if *there.status == UbiRoundStatus::Running {
                return Ok(there.clone());
            }
            return Err(MintError::UbiRoundDone(asked.day.clone()).into());
        }
        let hold_id = self.keep_for_round(&asked.day, asked.pool, asked.total)?;
        let status = if hold_id.is_some() { UbiRoundStatus::Running } else { UbiRoundStatus::Done };
        let round = ubi_round::Model {
            id: UbiRoundId::new(),
            day: asked.day.clone(),
            base: asked.rate.base,
            factor_max: asked.rate.factor_max,
            activity_full: asked.rate.activity_full,
            recipients: asked.recipients,
            total: asked.total,
            hold_id,
            cursor: None,
            status: Word(status),
            distributed_by: asked.distributed_by,
            created_at: asked.at,
            updated_at: self.now,
        };
        self.rounds.put(round.day.clone(), round.clone());
        Ok(round)
    }

    /// Pays the next wallets of a round, unless it stands elsewhere by now. One that has been frozen or closed meanwhile
    /// gets nothing, and its share stays in the pool.
    ///
    /// # Errors
    /// The refusal: the pool is not active. Half of it may be done then: only within `attempt`.
    pub fn pay_round(&mut self, call: &Call, payments: &Payments) -> Result<ubi_round::Model> {
        let round = self.rounds.get(&payments.day).ok_or_else(|| not_found("ubi_round"))?.clone();
        if *round.status != UbiRoundStatus::Running || round.cursor != payments.after {
            return Ok(round);
        }
        self.check_active([payments.pool])?;
        let mut left = round.hold_id.map_or(Ok(Amount::ZERO), |hold| self.void(hold).map(|hold| hold.amount))?;
        let (mut recipients, mut paid) = (0, Amount::ZERO);
        for share in payments.shares.iter().filter(|share| share.amount > Amount::ZERO) {
            // Nobody is paid out of what was not set aside.
            if share.amount > left {
                continue;
            }
            left = left.minus(share.amount)?;
            let movement = Movement {
                reason: Some(reason(&round.day)),
                group: Some(round.id.into()),
                ..Movement::of(TransactionType::Reward, payments.pool, share.wallet, share.amount)
            };
            match self.attempt(|books| books.post(call, movement)) {
                Ok(_posted) => {
                    recipients += 1;
                    paid = paid.plus(share.amount)?;
                }
                Err(Error::Refused(_)) => {}
                Err(technical) => return Err(technical),
            }
        }
        let round = match payments.last {
            Some(before) => ubi_round::Model {
                recipients: before.recipients + recipients,
                total: before.total.plus(paid)?,
                hold_id: None,
                status: Word(UbiRoundStatus::Done),
                ..round
            },
            None => ubi_round::Model { hold_id: self.keep_for_round(&payments.day, payments.pool, left)?, ..round },
        };
        let cursor = payments.shares.last().map(|share| share.wallet).or(round.cursor);
        let round = ubi_round::Model { cursor, updated_at: self.now, ..round };
        self.rounds.put(round.day.clone(), round.clone());
        Ok(round)
    }

    fn keep_for_round(&mut self, day: &str, pool: WalletId, amount: Amount) -> Result<Option<HoldId>> {
        if amount == Amount::ZERO {
            return Ok(None);
        }
        // For nobody in particular, so for the pool itself.
        let asked = Reservation { debit: pool, credit: pool, amount, reason: reason(day), lasts: None };
        Ok(Some(self.reserve(CREATOR, asked)?.id))
    }
}

fn reason(day: &str) -> String {
    format!("Basic income of {day}")
}

//! Locks an amount away for a term. Principal and promise are one: if the pool cannot keep the promise, nothing moves.

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{StakeRecord, StakeRequest, StakeResponse, WalletKind};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::work::Verdict;

use crate::Mint;
use crate::entity::wallet;
use crate::error::MintError;
use crate::id::WalletId;
use crate::posting::{Books, Command, Needs, Terms};
use crate::staking::{self, DAYS_DEFAULT, DAYS_MAX};

pub struct Stake {
    wallet: WalletId,
    amount: Amount,
    days: i32,
}

impl TryFrom<StakeRequest> for Stake {
    type Error = Error;

    fn try_from(request: StakeRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            wallet: fields.id("wallet_id", &request.wallet_id),
            amount: fields.amount("amount", &request.amount),
            days: term(&mut fields, request.days),
        };
        fields.finish(input)
    }
}

/// Reads a term in days.
pub fn term(fields: &mut Fields, days: i32) -> i32 {
    fields.number("days", if days == 0 { DAYS_DEFAULT } else { days }, 1..=DAYS_MAX)
}

/// Where all principals stand.
pub fn locked_in() -> WalletId {
    wallet::id_of_system(WalletKind::Stake, Currency::Azr, "main")
}

/// The pool that pays.
pub fn rewarded_from() -> WalletId {
    wallet::id_of_system(WalletKind::RewardPool, Currency::Azr, "staking")
}

pub async fn run(mint: &Mint, call: &Call, input: Stake) -> Result<StakeResponse> {
    let rate_bp = staking::rate_bp(&mint.config, input.days);
    let terms = Terms {
        wallet: input.wallet,
        locked_in: locked_in(),
        rewarded_from: rewarded_from(),
        amount: input.amount,
        rate_bp,
        days: input.days,
        reward: staking::reward(input.amount, rate_bp, input.days)?,
    };
    mint.writer.post(call, Begin { terms, least: mint.config.stake_min()? }).await
}

struct Begin {
    terms: Terms,
    least: Amount,
}

impl Command for Begin {
    fn needs(&self, needs: &mut Needs) {
        needs.wallets([self.terms.wallet, self.terms.locked_in, self.terms.rewarded_from]);
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        let Terms { wallet, amount, .. } = self.terms;
        if !books.wallet(wallet)?.belongs_to(call.user()) {
            return Err(not_found("wallet"));
        }
        if amount < self.least {
            return Err(MintError::StakeTooSmall { least: self.least, wanted: amount }.into());
        }
        let stake = StakeRecord::from(books.stake_away(call, &self.terms)?);
        Ok(Verdict::new(&stake.id, &stake, &StakeResponse { stake: Some(stake.clone()) }))
    }
}

//! What a stake would earn if it began now: the very function that Stake promises by.

use proto::azora::mint::v1::{PreviewStakeRewardRequest, PreviewStakeRewardResponse};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use super::stake::term;
use crate::Mint;
use crate::staking;

pub struct PreviewStakeReward {
    amount: Amount,
    days: i32,
}

impl TryFrom<PreviewStakeRewardRequest> for PreviewStakeReward {
    type Error = Error;

    fn try_from(request: PreviewStakeRewardRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { amount: fields.amount("amount", &request.amount), days: term(&mut fields, request.days) };
        fields.finish(input)
    }
}

pub fn run(mint: &Mint, _call: &Call, input: &PreviewStakeReward) -> Result<PreviewStakeRewardResponse> {
    let rate_bp = staking::rate_bp(&mint.config, input.days);
    let reward = staking::reward(input.amount, rate_bp, input.days)?;
    Ok(PreviewStakeRewardResponse { reward: reward.to_string(), rate_bp })
}

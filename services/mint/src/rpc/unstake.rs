//! Ends a stake, once: with its reward at the end of the term, before it without.

use proto::azora::mint::v1::{StakeRecord, UnstakeRequest, UnstakeResponse};
use sea_orm::EntityTrait;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::work::Verdict;

use super::stake::{locked_in, rewarded_from};
use crate::Mint;
use crate::entity::stake;
use crate::id::StakeId;
use crate::posting::{Books, Command, Needs};

pub struct Unstake {
    stake: StakeId,
    forfeit_reward: bool,
}

impl TryFrom<UnstakeRequest> for Unstake {
    type Error = Error;

    fn try_from(request: UnstakeRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { stake: fields.id("stake_id", &request.stake_id), forfeit_reward: request.forfeit_reward };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: Unstake) -> Result<UnstakeResponse> {
    // Neither its wallet nor its hold ever changes.
    let found = stake::Entity::find_by_id(input.stake).one(mint.work.read()).await?;
    mint.writer.post(call, End { input, found }).await
}

struct End {
    input: Unstake,
    found: Option<stake::Model>,
}

impl Command for End {
    fn needs(&self, needs: &mut Needs) {
        needs.stake(self.found.as_ref());
        needs.wallets([locked_in(), rewarded_from()]);
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        let id = self.input.stake;
        let wallet = books.stake(id)?.wallet_id;
        if !books.wallet(wallet)?.belongs_to(call.user()) {
            return Err(not_found("stake"));
        }
        let stake = StakeRecord::from(books.unstake(call, id, locked_in(), self.input.forfeit_reward)?);
        Ok(Verdict::new(&stake.id, &stake, &UnstakeResponse { stake: Some(stake.clone()) }))
    }
}

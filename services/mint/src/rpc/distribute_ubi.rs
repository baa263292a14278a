//! Pays the day's basic income. The whole total is set aside first; then one commit after the other pays some of the wallets.
//! The round keeps where it stands, so whoever asks next goes on there, whatever stopped the one before.

use proto::azora::mint::v1::{DistributeUbiRequest, DistributeUbiResponse, UbiRound, UbiRoundStatus};
use sea_orm::{EntityTrait, Select};
use shared::call::Call;
use shared::clock;
use shared::error::{Error, Result};
use shared::work::Verdict;
use uuid::Uuid;

use crate::Mint;
use crate::entity::ubi_round;
use crate::id::HoldId;
use crate::income::{self, Plan};
use crate::posting::{Books, Command, Needs, Payments, Round};

/// Wallets that are paid in one commit; with the rest of the pool set aside anew they fit a batch.
const TOGETHER: usize = 200;

pub struct DistributeUbi;

impl TryFrom<DistributeUbiRequest> for DistributeUbi {
    type Error = Error;

    fn try_from(_request: DistributeUbiRequest) -> Result<Self> {
        Ok(Self)
    }
}

pub async fn run(mint: &Mint, call: &Call, _input: DistributeUbi) -> Result<DistributeUbiResponse> {
    // Asked again, it is the round of then that goes on.
    let begun = match mint.work.earlier(call).await? {
        Some(begun) => begun,
        None => {
            // What earlier days have left is owed, also where today's round is refused.
            pay_all(mint, call, ubi_round::running_before(&clock::day(call.now()))).await?;
            begin(mint, call).await?
        }
    };
    pay_all(mint, call, ubi_round::running()).await?;
    let day = begun.round.unwrap_or_default().day;
    let round = ubi_round::of_day(&day).one(mint.work.read()).await?;
    Ok(answer(&round.ok_or_else(gone)?.into()))
}

/// Sets the total of the day's round aside, if nobody has yet.
async fn begin(mint: &Mint, call: &Call) -> Result<DistributeUbiResponse> {
    let rate = mint.config.ubi_rate()?;
    let (day, at) = (clock::day(call.now()), call.now());
    // A round that is there stays there, and needs no counting.
    let there = ubi_round::of_day(&day).one(mint.work.read()).await?;
    let Plan { recipients, total } = if there.is_some() { Plan::default() } else { rate.plan(&mint.work, at).await? };
    let (pool, distributed_by) = (income::pool(), call.user());
    let round = Round { day, at, rate, recipients, total, pool, distributed_by };
    mint.writer.post(call, Begin { round }).await
}

async fn pay_all(mint: &Mint, call: &Call, rounds: Select<ubi_round::Entity>) -> Result<()> {
    for round in rounds.all(mint.work.read()).await? {
        pay(mint, call, round).await?;
    }
    Ok(())
}

/// Pays a round to its end.
async fn pay(mint: &Mint, call: &Call, mut round: ubi_round::Model) -> Result<()> {
    let db = mint.work.read();
    let rate = round.rate();
    while *round.status == UbiRoundStatus::Running {
        let shares = rate.shares(db, round.created_at, round.cursor, TOGETHER).await?;
        let last = if shares.len() < TOGETHER { Some(round.paid(db).await?) } else { None };
        let stands = round.cursor.map_or_else(Uuid::nil, Uuid::from);
        let step = call.step(&[Uuid::from(round.id).into_bytes(), stands.into_bytes()].concat());
        let day = round.day.clone();
        let payments = Payments { day, pool: income::pool(), after: round.cursor, shares, last };
        let _paid: DistributeUbiResponse = mint.writer.post(&step, Pay { payments, hold: round.hold_id }).await?;
        round = ubi_round::Entity::find_by_id(round.id).one(db).await?.ok_or_else(gone)?;
    }
    Ok(())
}

fn gone() -> Error {
    Error::internal("a round of basic income that is no longer there")
}

fn answer(round: &UbiRound) -> DistributeUbiResponse {
    DistributeUbiResponse { round: Some(round.clone()) }
}

fn verdict(round: ubi_round::Model) -> Verdict {
    let round = UbiRound::from(round);
    Verdict::new(&round.id, &round, &answer(&round))
}

struct Begin {
    round: Round,
}

impl Command for Begin {
    fn needs(&self, needs: &mut Needs) {
        needs.wallets([self.round.pool]);
        needs.round(&self.round.day, None);
    }

    fn judge(&self, _call: &Call, books: &mut Books) -> Result<Verdict> {
        Ok(verdict(books.begin_round(&self.round)?))
    }
}

struct Pay {
    payments: Payments,
    hold: Option<HoldId>,
}

impl Command for Pay {
    fn needs(&self, needs: &mut Needs) {
        needs.wallets([self.payments.pool]);
        needs.wallets(self.payments.shares.iter().map(|share| share.wallet));
        needs.round(&self.payments.day, self.hold);
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        Ok(verdict(books.pay_round(call, &self.payments)?))
    }

    fn weight(&self) -> usize {
        self.payments.shares.len() + 1
    }
}

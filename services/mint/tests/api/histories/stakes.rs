//! Stakes that begin, end, are left early and outlive years at random, held against exact fractions: whatever the pool was
//! given is paid, promised or left, to the unit, after every step.

use chrono::TimeDelta;
use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{PreviewStakeRewardRequest, StakeRecord, StakeRequest, UnstakeRequest, WalletKind};
use shared::amount::Amount;
use shared::testing::{Chance, MovedClock, TestService, new_id, reason_of, size, text, units};
use tokio::task::JoinSet;
use tonic::Status;

use super::{COIN, CROWDED, Client, client, wallets};
use crate::stake::sound;
use crate::{system, wallet_with};

/// Histories that go on side by side, and share commits by that.
const SAVERS: usize = 20;
const STEPS: usize = 6;
/// All of theirs for five years would earn more than the pool has.
const EACH: i64 = 20_000_000 * COIN;
const DAYS_MAX: i64 = 1825;
/// Stakes that one saver has at a time.
const ACTIVE_MAX: usize = 6;
/// What a reward is a fraction of: ten thousand basis points, for a year.
const WHOLE: i128 = 10_000 * 365;

#[derive(Clone, Copy, Debug)]
enum Command {
    Begin { amount: i64, days: i64 },
    End { stake: usize, forfeit: bool },
}

/// What a saver should have.
#[derive(Default)]
struct Saver {
    free: i64,
    earned: i64,
    stakes: Vec<Stake>,
}

struct Stake {
    amount: i64,
    days: i64,
    /// The day from which on it can be ended with its reward.
    ends: i64,
    active: bool,
}

/// What should have become of the pool.
struct Pool {
    funded: i128,
    paid: i128,
    reserved: i128,
    /// The fractions of which `paid` is the whole part of each, in parts of `WHOLE`, and how many there were.
    earned: i128,
    rewards: i128,
}

impl Pool {
    fn left(&self) -> i128 {
        self.funded - self.paid - self.reserved
    }
}

/// What a stake earns, in parts of `WHOLE` of a unit.
fn exactly(amount: i64, days: i64) -> i128 {
    let rate_bp = if days < 90 {
        500
    } else if days < 365 {
        1000
    } else {
        1500
    };
    i128::from(amount) * rate_bp * i128::from(days)
}

/// What is paid of it.
fn reward(amount: i64, days: i64) -> i64 {
    i64::try_from(exactly(amount, days).div_euclid(WHOLE)).unwrap()
}

impl Saver {
    fn staked(&self) -> i64 {
        self.stakes.iter().filter(|stake| stake.active).map(|stake| stake.amount).sum()
    }

    /// Does it, or says why not.
    fn judge(&mut self, pool: &mut Pool, day: i64, command: Command) -> Result<(), &'static str> {
        match command {
            Command::Begin { amount, days } => {
                let promised = i128::from(reward(amount, days));
                if amount < COIN {
                    return Err("STAKE_TOO_SMALL");
                }
                if amount > self.free {
                    return Err("INSUFFICIENT_FUNDS");
                }
                if promised > pool.left() {
                    return Err("SUPPLY_CAP_REACHED");
                }
                self.free -= amount;
                pool.reserved += promised;
                self.stakes.push(Stake { amount, days, ends: day + days, active: true });
            }
            Command::End { stake, forfeit } => {
                let stake = &mut self.stakes[stake];
                let matured = day >= stake.ends;
                if !stake.active {
                    return Err("STAKE_NOT_ACTIVE");
                }
                if !matured && !forfeit {
                    return Err("STAKE_LOCKED");
                }
                let promised = reward(stake.amount, stake.days);
                stake.active = false;
                self.free += stake.amount;
                pool.reserved -= i128::from(promised);
                if matured {
                    self.free += promised;
                    self.earned += promised;
                    pool.paid += i128::from(promised);
                    pool.earned += exactly(stake.amount, stake.days);
                    pool.rewards += 1;
                }
            }
        }
        Ok(())
    }

    /// What might be done next; some of it cannot.
    fn draw(&self, chance: &mut Chance) -> Command {
        let active = self.stakes.iter().filter(|stake| stake.active).count();
        if active == 0 || (active < ACTIVE_MAX && chance.one_in(2)) {
            let amount = match chance.place(3) {
                0 => chance.number(COIN..=3 * COIN),
                1 => chance.number(COIN / 2..=1000 * COIN),
                _ => chance.number(1..=self.free + self.free / 4 + 1),
            };
            let days = if chance.one_in(8) { chance.number(1..=DAYS_MAX) } else { chance.number(1..=120) };
            return Command::Begin { amount, days };
        }
        let mut some: Vec<usize> = (0..self.stakes.len()).filter(|place| self.stakes[*place].active).collect();
        if chance.one_in(8) {
            some = (0..self.stakes.len()).collect();
        }
        Command::End { stake: some[chance.place(some.len())], forfeit: chance.one_in(3) }
    }
}

/// A saver as mint knows it.
#[derive(Clone)]
struct Owner {
    client: Client,
    wallet: String,
    /// The ids of its stakes, in the order in which they began.
    stakes: Vec<String>,
}

impl Owner {
    /// Does it; gives a stake that has begun.
    async fn perform(mut self, command: Command) -> Result<Option<StakeRecord>, String> {
        let said = |status: Status| reason_of(&status);
        match command {
            Command::Begin { amount, days } => {
                let request = StakeRequest {
                    request_id: new_id(),
                    wallet_id: self.wallet,
                    amount: text(amount),
                    days: i32::try_from(days).unwrap(),
                };
                Ok(self.client.stake(request).await.map_err(said)?.into_inner().stake)
            }
            Command::End { stake, forfeit } => {
                let request = UnstakeRequest {
                    request_id: new_id(),
                    stake_id: self.stakes[stake].clone(),
                    forfeit_reward: forfeit,
                };
                self.client.unstake(request).await.map_err(said)?;
                Ok(None)
            }
        }
    }

    async fn preview(&mut self, amount: i64, days: i64) -> i64 {
        let request = PreviewStakeRewardRequest { amount: text(amount), days: i32::try_from(days).unwrap() };
        units(&self.client.preview_stake_reward(request).await.unwrap().into_inner().reward)
    }

    /// Neither two halves nor two terms one after the other earn more than one stake would.
    async fn split(&mut self, chance: &mut Chance) {
        let (one, other) = (chance.number(1..=EACH), chance.number(1..=1000));
        let (days, more) = (chance.number(1..=DAYS_MAX - 1), chance.number(1..=DAYS_MAX));
        let more = more.min(DAYS_MAX - days);
        let whole = self.preview(one + other, days).await;
        assert!(self.preview(one, days).await + self.preview(other, days).await <= whole, "{one} {other} {days}");
        let whole = self.preview(one, days + more).await;
        assert!(self.preview(one, days).await + self.preview(one, more).await <= whole, "{one} {days} {more}");
    }
}

/// Holds the books against the model.
async fn compare(service: &TestService<Mint>, owners: &[Owner], savers: &[Saver], pool: &Pool) {
    let rows = wallets(service).await;
    let wide = |amount: Amount| i128::from(amount.units());
    let row = &rows[&system(WalletKind::RewardPool, Currency::Azr, "staking")];
    let left = wide(row.balance) - wide(row.held) - wide(row.floor.unwrap());
    assert_eq!((-wide(row.balance), wide(row.held), left), (pool.paid, pool.reserved, pool.left()));
    assert_eq!(-wide(row.balance) + wide(row.held) + left, pool.funded, "paid, promised and left");
    assert!(left >= 0 && (pool.paid * WHOLE..=(pool.paid + pool.rewards) * WHOLE).contains(&pool.earned));
    for (owner, saver) in owners.iter().zip(savers) {
        let row = &rows[&owner.wallet];
        let has = [row.balance, row.staked, row.earned].map(Amount::units);
        assert_eq!(has, [saver.free, saver.staked(), saver.earned], "{}", owner.wallet);
    }
    let principals: i64 = savers.iter().map(Saver::staked).sum();
    assert_eq!(rows[&system(WalletKind::Stake, Currency::Azr, "main")].balance.units(), principals);
}

#[tokio::test]
async fn what_the_pool_was_given_is_paid_promised_or_left() {
    let mut chance = Chance::start();
    let clock = MovedClock::start();
    let service = TestService::<Mint>::with_settings(CROWDED).await;
    let mut pool = Pool { funded: i128::from(100_000_000 * COIN), paid: 0, reserved: 0, earned: 0, rewards: 0 };
    let (mut owners, mut savers) = (Vec::new(), Vec::new());
    for number in 0..SAVERS {
        let user = service.student(&format!("saver {number}"));
        let wallet = wallet_with(&service, &user, &text(EACH)).await;
        owners.push(Owner { client: client(&user), wallet, stakes: Vec::new() });
        savers.push(Saver { free: EACH, ..Saver::default() });
    }
    let mut day = 0;
    for _ in 0..(size::<usize>(1_000, 10_000) * STEPS).div_ceil(SAVERS) {
        let days = chance.number(0..=20);
        clock.forward(TimeDelta::days(days));
        day += days;
        let commands: Vec<Command> = savers.iter().map(|saver| saver.draw(&mut chance)).collect();
        let wanted = commands.iter().map(|command| match command {
            Command::Begin { amount, days } => i128::from(reward(*amount, *days)),
            Command::End { .. } => 0,
        });
        // Where the pool might not reach for all of them, it matters who comes first.
        let in_turn = wanted.sum::<i128>() > pool.left();
        let mut expected = Vec::new();
        let (mut performing, mut performed) = (JoinSet::new(), Vec::new());
        for (place, (owner, command)) in owners.iter().zip(commands).enumerate() {
            expected.push((command, savers[place].judge(&mut pool, day, command)));
            let doing = owner.clone().perform(command);
            performing.spawn(async move { (place, doing.await) });
            if in_turn {
                performed.extend(performing.join_next().await.map(Result::unwrap));
            }
        }
        performed.extend(performing.join_all().await);
        for (place, said) in performed {
            let (command, verdict) = expected[place];
            assert_eq!(said.as_ref().err().map(String::as_str), verdict.err(), "saver {place}: {command:?}");
            if let (Ok(Some(begun)), Command::Begin { amount, days }) = (said, command) {
                assert_eq!(units(&begun.reward), reward(amount, days), "{begun:?}");
                owners[place].stakes.push(begun.id);
            }
        }
        compare(&service, &owners, &savers, &pool).await;
        owners[0].split(&mut chance).await;
    }
    assert!(pool.rewards > 0);
    sound(&service).await;
}

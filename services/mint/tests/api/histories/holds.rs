//! Holds that are set, captured, voided and forgotten at random, beside money that is spent: after every command verdict
//! and balances are those of a model, which knows the rules and nothing of how mint keeps them.

use chrono::TimeDelta;
use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{CaptureHoldRequest, HoldFundsRequest, VoidHoldRequest};
use shared::amount::Amount;
use shared::testing::{Chance, MovedClock, TestService, new_id, reason_of, size, text};
use tokio::task::JoinSet;
use tonic::Status;

use super::{COIN, CROWDED, Client, client, wallets};
use crate::hold_funds::hold_of;
use crate::stake::sound;
use crate::{transfer_of, wallet_in, wallet_with};

/// Histories that go on side by side, and share commits by that.
const PAIRS: usize = 32;
/// Of its holds, a pair goes back to so many of the newest.
const REMEMBERED: usize = 6;

/// What one of a pair does.
#[derive(Clone, Copy, Debug)]
enum Command {
    Set { amount: i64, hours: i32 },
    Capture { hold: usize, amount: Option<i64>, by_payee: bool },
    Void { hold: usize, by_payee: bool },
    Spend { amount: i64 },
    GiveBack { amount: i64 },
}

/// What a payer, a payee and the holds between them should come to.
struct Model {
    payer: i64,
    payee: i64,
    holds: Vec<Held>,
}

struct Held {
    amount: i64,
    /// The hour from which on it is over.
    ends: i64,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    Captured,
    Voided,
    Expired,
}

impl State {
    /// Why nothing more can be done with a hold.
    fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Open => None,
            Self::Captured => Some("HOLD_ALREADY_CAPTURED"),
            Self::Voided => Some("HOLD_ALREADY_VOIDED"),
            Self::Expired => Some("HOLD_EXPIRED"),
        }
    }
}

impl Model {
    fn held(&self) -> i64 {
        self.holds.iter().filter(|hold| hold.state == State::Open).map(|hold| hold.amount).sum()
    }

    /// Does it, or says why not.
    fn judge(&mut self, hour: i64, command: Command) -> Result<(), &'static str> {
        for hold in self.holds.iter_mut().filter(|hold| hold.state == State::Open && hold.ends <= hour) {
            hold.state = State::Expired;
        }
        let available = self.payer - self.held();
        match command {
            Command::Set { amount, hours } => {
                enough(available, amount)?;
                self.holds.push(Held { amount, ends: hour + i64::from(hours), state: State::Open });
            }
            Command::Capture { by_payee: true, .. } => return Err("NOT_FOUND"),
            Command::Capture { hold, amount, by_payee: false } => {
                let hold = &mut self.holds[hold];
                hold.state.refusal().map_or(Ok(()), Err)?;
                let amount = amount.unwrap_or(hold.amount);
                if amount > hold.amount {
                    return Err("HOLD_EXCEEDED");
                }
                hold.state = State::Captured;
                self.payer -= amount;
                self.payee += amount;
            }
            Command::Void { hold, .. } => {
                let hold = &mut self.holds[hold];
                hold.state.refusal().map_or(Ok(()), Err)?;
                hold.state = State::Voided;
            }
            Command::Spend { amount } => {
                enough(available, amount)?;
                self.payer -= amount;
                self.payee += amount;
            }
            Command::GiveBack { amount } => {
                enough(self.payee, amount)?;
                self.payee -= amount;
                self.payer += amount;
            }
        }
        Ok(())
    }
}

fn enough(available: i64, amount: i64) -> Result<(), &'static str> {
    if amount <= available { Ok(()) } else { Err("INSUFFICIENT_FUNDS") }
}

/// A payer and a payee as mint knows them.
#[derive(Clone)]
struct Pair {
    payer: Client,
    payee: Client,
    from: String,
    to: String,
    /// Their holds, in the order in which they were set.
    holds: Vec<String>,
}

impl Pair {
    async fn meet(service: &TestService<Mint>, number: usize) -> (Self, Model) {
        let payer = service.student(&format!("payer {number}"));
        let payee = service.student(&format!("payee {number}"));
        let from = wallet_with(service, &payer, "100").await;
        let to = wallet_in(&payee, Currency::Azr).await.id;
        let pair = Self { payer: client(&payer), payee: client(&payee), from, to, holds: Vec::new() };
        (pair, Model { payer: 100 * COIN, payee: 0, holds: Vec::new() })
    }

    /// Does it; gives the id of a hold that was set.
    async fn perform(mut self, command: Command) -> Result<Option<String>, String> {
        let said = |status: Status| reason_of(&status);
        match command {
            Command::Set { amount, hours } => {
                let request =
                    HoldFundsRequest { seconds: hours * 3600, ..hold_of(&text(amount), &self.from, &self.to) };
                let hold = self.payer.hold_funds(request).await.map_err(said)?.into_inner().hold;
                return Ok(hold.map(|hold| hold.id));
            }
            Command::Capture { hold, amount, by_payee } => {
                let request = CaptureHoldRequest {
                    request_id: new_id(),
                    hold_id: self.holds[hold].clone(),
                    amount: amount.map(text).unwrap_or_default(),
                };
                self.either(by_payee).capture_hold(request).await.map_err(said)?;
            }
            Command::Void { hold, by_payee } => {
                let request = VoidHoldRequest { request_id: new_id(), hold_id: self.holds[hold].clone() };
                self.either(by_payee).void_hold(request).await.map_err(said)?;
            }
            Command::Spend { amount } => {
                let request = transfer_of(&text(amount), &self.from, &self.to);
                self.payer.transfer(request).await.map_err(said)?;
            }
            Command::GiveBack { amount } => {
                let request = transfer_of(&text(amount), &self.to, &self.from);
                self.payee.transfer(request).await.map_err(said)?;
            }
        }
        Ok(None)
    }

    fn either(&mut self, payee: bool) -> &mut Client {
        if payee { &mut self.payee } else { &mut self.payer }
    }
}

/// What might be done next; some of it cannot.
fn draw(chance: &mut Chance, model: &Model) -> Command {
    let some = |chance: &mut Chance, of: i64| chance.number(1..=(of + of / 4).max(1));
    let newest = model.holds.len().min(REMEMBERED);
    if newest == 0 || chance.one_in(3) {
        let hours = i32::try_from(chance.number(1..=48)).unwrap();
        return Command::Set { amount: some(chance, model.payer / 2), hours };
    }
    let hold = model.holds.len() - 1 - chance.place(newest);
    match chance.place(6) {
        0 => Command::Capture { hold, amount: None, by_payee: chance.one_in(8) },
        1 | 2 => {
            let amount = Some(some(chance, model.holds[hold].amount));
            Command::Capture { hold, amount, by_payee: chance.one_in(8) }
        }
        3 => Command::Void { hold, by_payee: chance.one_in(2) },
        4 => Command::Spend { amount: some(chance, model.payer / 2) },
        _ => Command::GiveBack { amount: some(chance, model.payee) },
    }
}

#[tokio::test]
async fn verdicts_and_balances_are_those_of_the_model_after_every_command() {
    let mut chance = Chance::start();
    let clock = MovedClock::start();
    let service = TestService::<Mint>::with_settings(CROWDED).await;
    let (mut pairs, mut models) = (Vec::new(), Vec::new());
    for number in 0..PAIRS {
        let (pair, model) = Pair::meet(&service, number).await;
        pairs.push(pair);
        models.push(model);
    }
    let mut hour = 0;
    for _ in 0..size::<usize>(10_000, 100_000).div_ceil(PAIRS) {
        let hours = chance.number(0..=12);
        clock.forward(TimeDelta::hours(hours));
        hour += hours;
        let mut expected = Vec::new();
        let mut performing = JoinSet::new();
        for (place, (pair, model)) in pairs.iter().zip(&mut models).enumerate() {
            let command = draw(&mut chance, model);
            expected.push((command, model.judge(hour, command)));
            let performed = pair.clone().perform(command);
            performing.spawn(async move { (place, performed.await) });
        }
        for (place, said) in performing.join_all().await {
            let (command, verdict) = expected[place];
            assert_eq!(said.as_ref().err().map(String::as_str), verdict.err(), "pair {place}: {command:?}");
            pairs[place].holds.extend(said.into_iter().flatten());
        }
        let rows = wallets(&service).await;
        for (pair, model) in pairs.iter().zip(&models) {
            let (payer, payee) = (&rows[&pair.from], &rows[&pair.to]);
            let has = [payer.balance, payer.held, payee.balance, payee.held].map(Amount::units);
            assert_eq!(has, [model.payer, model.held(), model.payee, 0], "{} for {}", pair.from, pair.to);
        }
    }
    sound(&service).await;
}

//! Requests that arrive several times, at once and out of order, some of them altered on the way: each has one effect
//! and one answer, and whatever else comes under its id is told which field differs. So it is after a restart, and weeks later.

use std::collections::HashSet;

use chrono::TimeDelta;
use mint::Mint;
use mint::entity::{hold, transaction};
use prost::Message;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{DepositRequest, HoldFundsRequest, TransferRequest};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use shared::fleet::audit_entry;
use shared::testing::{Chance, MovedClock, TestService, reason_of, size, text, units};
use tokio::task::JoinSet;
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

use super::{COIN, CROWDED, Client, client};
use crate::deposit::deposit_of;
use crate::hold_funds::hold_of;
use crate::stake::sound;
use crate::{transfer_of, wallet_in, wallet_with};

/// Requests whose copies are on their way together.
const TOGETHER: usize = 64;
/// One in so many requests is sent again later.
const SENT_AGAIN: usize = 5;

#[derive(Clone, Debug)]
enum Asked {
    Transfer(TransferRequest),
    Hold(HoldFundsRequest),
    Deposit(DepositRequest),
}

/// A request, and perhaps another one under its id, which differs in one field.
struct Sent {
    asked: Asked,
    altered: Option<(Asked, &'static str)>,
}

/// Everything that an answer says.
#[derive(Clone, Debug, PartialEq)]
enum Said {
    Done(Vec<u8>),
    Refused(Code, String, Vec<u8>),
    /// These fields differ from another request with this id.
    Reused(Vec<String>),
}

/// What came of a request: which of the two took its id, and the answer to that.
struct Verdict {
    of_the_altered: bool,
    said: Said,
}

/// Who asks.
#[derive(Clone)]
struct People {
    alice: Client,
    root: Client,
}

impl People {
    fn at(service: &TestService<Mint>) -> Self {
        Self { alice: client(&service.student("alice")), root: client(&service.admin("root")) }
    }

    async fn send(mut self, asked: Asked) -> Said {
        let answer = match asked {
            Asked::Transfer(request) => self.alice.transfer(request).await.map(bytes),
            Asked::Hold(request) => self.alice.hold_funds(request).await.map(bytes),
            Asked::Deposit(request) => self.root.deposit(request).await.map(bytes),
        };
        answer.map_or_else(|status| refused(&status), Said::Done)
    }
}

fn bytes<M: Message>(answer: Response<M>) -> Vec<u8> {
    answer.into_inner().encode_to_vec()
}

fn refused(status: &Status) -> Said {
    if reason_of(status) == "REQUEST_ID_REUSED" {
        let details = status.get_error_details();
        let fields = details.bad_request().map(|bad| bad.field_violations.as_slice()).unwrap_or_default();
        return Said::Reused(fields.iter().map(|violation| violation.field.clone()).collect());
    }
    Said::Refused(status.code(), status.message().to_owned(), status.details().to_vec())
}

/// Any request, some of which will be refused. The wallets are Alice's, Bob's and Carol's.
fn draw(chance: &mut Chance, wallets: &[String; 3], number: usize) -> Sent {
    let [hers, his, _] = wallets;
    let amount = text(chance.number(1..=40 * COIN));
    let asked = match chance.place(3) {
        0 => Asked::Transfer(TransferRequest { memo: format!("number {number}"), ..transfer_of(&amount, hers, his) }),
        1 => Asked::Hold(HoldFundsRequest { seconds: 3600, ..hold_of(&amount, hers, his) }),
        _ => Asked::Deposit(deposit_of(&amount, hers, &format!("bank/{}", number / 4))),
    };
    let altered = chance.one_in(5).then(|| alter(chance, &asked, wallets));
    Sent { asked, altered }
}

/// The same but for one field, which is named.
fn alter(chance: &mut Chance, asked: &Asked, [.., carols]: &[String; 3]) -> (Asked, &'static str) {
    let more = |amount: &str| text(units(amount) + 1);
    let which = chance.place(3);
    match asked.clone() {
        Asked::Transfer(mut request) => {
            let field = ["amount", "to_wallet_id", "memo"][which];
            match field {
                "amount" => request.amount = more(&request.amount),
                "memo" => request.memo.clear(),
                _ => request.to_wallet_id.clone_from(carols),
            }
            (Asked::Transfer(request), field)
        }
        Asked::Hold(mut request) => {
            let field = ["amount", "to_wallet_id", "seconds"][which];
            match field {
                "amount" => request.amount = more(&request.amount),
                "seconds" => request.seconds += 1,
                _ => request.to_wallet_id.clone_from(carols),
            }
            (Asked::Hold(request), field)
        }
        Asked::Deposit(mut request) => {
            let field = ["amount", "external_reference", "reason"][which];
            match field {
                "amount" => request.amount = more(&request.amount),
                "reason" => "another one".clone_into(&mut request.reason),
                _ => request.external_reference.push('x'),
            }
            (Asked::Deposit(request), field)
        }
    }
}

/// Sends each one to five times, in any order and all at once, together with those that were altered.
async fn send_all(people: &People, chance: &mut Chance, some: &[Sent]) -> Vec<Verdict> {
    let mut copies = Vec::new();
    for (place, sent) in some.iter().enumerate() {
        for _ in 0..chance.number(1..=5) {
            copies.push((place, false, sent.asked.clone()));
        }
        copies.extend(sent.altered.iter().map(|(altered, _)| (place, true, altered.clone())));
    }
    chance.shuffle(&mut copies);
    let mut asking = JoinSet::new();
    for (place, altered, asked) in copies {
        let answer = people.clone().send(asked);
        asking.spawn(async move { (place, altered, answer.await) });
    }
    let mut answers: Vec<Vec<(bool, Said)>> = vec![Vec::new(); some.len()];
    for (place, altered, said) in asking.join_all().await {
        answers[place].push((altered, said));
    }
    some.iter().zip(answers).map(|(sent, answers)| judge(sent, &answers)).collect()
}

/// Whichever came first took the id.
fn judge(sent: &Sent, answers: &[(bool, Said)]) -> Verdict {
    let first = answers.iter().find(|(_, said)| !matches!(said, Said::Reused(_)));
    let (of_the_altered, said) = first.unwrap().clone();
    let verdict = Verdict { of_the_altered, said };
    for (altered, said) in answers {
        verdict.hold_against(sent, *altered, said);
    }
    verdict
}

impl Verdict {
    fn hold_against(&self, sent: &Sent, altered: bool, said: &Said) {
        if altered == self.of_the_altered {
            assert_eq!(*said, self.said, "another answer to {:?}", sent.asked);
        } else {
            let field = sent.altered.as_ref().map(|(_, field)| (*field).to_owned());
            assert_eq!(*said, Said::Reused(field.into_iter().collect()), "{:?}", sent.asked);
        }
    }
}

/// Sends some of them once more.
async fn send_again(service: &TestService<Mint>, requests: &[Sent], verdicts: &[Verdict]) {
    let people = People::at(service);
    for (sent, verdict) in requests.iter().zip(verdicts).step_by(SENT_AGAIN) {
        verdict.hold_against(sent, false, &people.clone().send(sent.asked.clone()).await);
        if let Some((altered, _)) = &sent.altered {
            verdict.hold_against(sent, true, &people.clone().send(altered.clone()).await);
        }
    }
}

/// How many movements, holds and audit entries of what was asked for there are.
async fn counts(service: &TestService<Mint>) -> [u64; 3] {
    let db = service.reader();
    [
        transaction::Entity::find().count(db).await.unwrap(),
        hold::Entity::find().count(db).await.unwrap(),
        audit_entry::Entity::find().filter(audit_entry::Column::RequestId.is_not_null()).count(db).await.unwrap(),
    ]
}

/// What these verdicts should have added to them.
fn effects(requests: &[Sent], verdicts: &[Verdict]) -> [u64; 3] {
    let mut added = [0, 0, u64::try_from(requests.len()).unwrap()];
    for (sent, verdict) in requests.iter().zip(verdicts) {
        if matches!(verdict.said, Said::Done(_)) {
            added[usize::from(matches!(sent.asked, Asked::Hold(_)))] += 1;
        }
    }
    added
}

#[tokio::test]
async fn what_is_asked_several_times_happens_once_and_is_always_answered_alike() {
    let mut chance = Chance::start();
    let clock = MovedClock::start();
    let service = TestService::<Mint>::with_settings(CROWDED).await;
    let hers = wallet_with(&service, &service.student("alice"), "10000").await;
    let his = wallet_in(&service.student("bob"), Currency::Azr).await.id;
    let carols = wallet_in(&service.student("carol"), Currency::Azr).await.id;
    let wallets = [hers, his, carols];
    let before = counts(&service).await;

    let count = size(5_000, 200_000);
    let requests: Vec<Sent> = (0..count).map(|number| draw(&mut chance, &wallets, number)).collect();
    let people = People::at(&service);
    let mut verdicts = Vec::new();
    for some in requests.chunks(TOGETHER) {
        verdicts.extend(send_all(&people, &mut chance, some).await);
    }
    drop(people);
    let done: Vec<&Said> =
        verdicts.iter().map(|verdict| &verdict.said).filter(|said| matches!(said, Said::Done(_))).collect();
    assert!(done.len() > count / 4 && done.len() < count, "some are accepted and some are not: {}", done.len());
    let different: HashSet<String> = done.iter().map(|said| format!("{said:?}")).collect();
    assert_eq!(different.len(), done.len(), "two requests with one effect");
    let effects = effects(&requests, &verdicts);
    let expected = [0, 1, 2].map(|place| before[place] + effects[place]);
    assert_eq!(counts(&service).await, expected);

    let service = service.restarted().await;
    send_again(&service, &requests, &verdicts).await;
    clock.forward(TimeDelta::days(29));
    send_again(&service, &requests, &verdicts).await;
    assert_eq!(counts(&service).await, expected);
    sound(&service).await;
}

use std::collections::HashSet;

use chrono::{Days, NaiveTime, TimeDelta};
use mint::Mint;
use mint::entity::{transaction, ubi_round, wallet as table};
use mint::id::WalletId;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{
    ActivityType, BatchItem, BatchTransferRequest, DistributeUbiRequest, GetEconomicMetricsRequest, PreviewUbiRequest,
    SubmitProofOfKnowledgeRequest, TransactionType, UbiRound, UbiRoundStatus, WalletKind, WalletStatus,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder};
use shared::id::UserId;
use shared::testing::{MovedClock, Outcome, TestService, TestUser, assert_refused, new_id};
use shared::word::Word;
use shared::{clock, db};
use tonic::Code;

use crate::capture_hold::set_status;
use crate::stake::sound;
use crate::submit_proof_of_knowledge::{paid, proof_of};
use crate::verify_ledger::tamper;
use crate::{mint, once, system, wallet, wallet_in, wallet_with};

/// It is noon, of a day to come, so that none ends meanwhile.
fn noon() -> MovedClock {
    let clock = MovedClock::start();
    let tomorrow = clock::now().date_naive() + Days::new(1);
    clock.set(tomorrow.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(12));
    clock
}

fn round_of() -> DistributeUbiRequest {
    DistributeUbiRequest { request_id: new_id() }
}

pub async fn distributed(admin: &TestUser) -> UbiRound {
    mint(admin).distribute_ubi(round_of()).await.unwrap().into_inner().round.unwrap()
}

pub async fn previewed(admin: &TestUser) -> (i32, String) {
    let told = mint(admin).preview_ubi(PreviewUbiRequest {}).await.unwrap().into_inner();
    (told.recipients, told.total)
}

/// Balance and held money of the pool that pays.
async fn pool(service: &TestService<Mint>) -> (String, String) {
    let id = system(WalletKind::RewardPool, Currency::Azr, "community");
    let pool = wallet(&service.admin("root"), &id).await;
    (pool.balance, pool.held)
}

/// Breaks whatever pays this wallet, as a crash would.
async fn obstruct(service: &TestService<Mint>, wallet: WalletId) {
    let connection = service.connection();
    let statements = if db::backend(connection) == DbBackend::Postgres {
        vec![
            "CREATE FUNCTION obstructed() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'obstructed'; END $$ LANGUAGE plpgsql"
                .to_owned(),
            format!(
                "CREATE TRIGGER obstruction BEFORE INSERT ON postings FOR EACH ROW \
                 WHEN (NEW.wallet_id = '{wallet}') EXECUTE FUNCTION obstructed()"
            ),
        ]
    } else {
        vec![format!(
            "CREATE TRIGGER obstruction BEFORE INSERT ON postings WHEN NEW.wallet_id = X'{}' \
             BEGIN SELECT RAISE(ABORT, 'obstructed'); END",
            wallet.0.simple()
        )]
    };
    for statement in statements {
        connection.execute_unprepared(&statement).await.unwrap();
    }
}

async fn clear(service: &TestService<Mint>) {
    let connection = service.connection();
    let postgres = db::backend(connection) == DbBackend::Postgres;
    let statement = if postgres { "DROP TRIGGER obstruction ON postings" } else { "DROP TRIGGER obstruction" };
    connection.execute_unprepared(statement).await.unwrap();
}

/// The wallets that rounds have paid, in the order of payment.
async fn payees(service: &TestService<Mint>) -> Vec<WalletId> {
    let pool = table::id_of_system(WalletKind::RewardPool, Currency::Azr, "community");
    let paid = transaction::Entity::find()
        .filter(transaction::Column::DebitWalletId.eq(pool))
        .order_by_asc(transaction::Column::Seq);
    paid.all(service.connection()).await.unwrap().into_iter().map(|row| row.credit_wallet_id).collect()
}

async fn rounds(service: &TestService<Mint>) -> Vec<ubi_round::Model> {
    ubi_round::Entity::find().all(service.connection()).await.unwrap()
}

/// More people than are paid in one commit: 251, their wallets in the order in which they are paid.
async fn crowd(service: &TestService<Mint>) -> Vec<WalletId> {
    let alice = service.student("alice");
    let from = wallet_with(service, &alice, "1000").await;
    let rows: Vec<_> = (0..250).map(|_| table::open(UserId::new(), Word(Currency::Azr), clock::now())).collect();
    let mut ids: Vec<WalletId> = rows.iter().map(|row| *row.id.as_ref()).collect();
    table::Entity::insert_many(rows).exec_without_returning(service.connection()).await.unwrap();
    let transfers = ids.iter().map(|to| BatchItem {
        from_wallet_id: from.clone(),
        to_wallet_id: to.to_string(),
        amount: "1".into(),
        ..BatchItem::default()
    });
    let batch = BatchTransferRequest { request_id: new_id(), transfers: transfers.collect() };
    let verdicts = once(&alice).batch_transfer(batch).await.unwrap().into_inner().verdicts;
    assert!(verdicts.iter().all(|verdict| verdict.reason.is_empty()));
    ids.push(WalletId(from.parse().unwrap()));
    ids.sort_unstable();
    ids
}

async fn row(service: &TestService<Mint>, id: WalletId) -> table::Model {
    table::Entity::find_by_id(id).one(service.connection()).await.unwrap().unwrap()
}

#[tokio::test]
async fn whoever_is_active_is_paid_and_whoever_learns_more() {
    let service = TestService::<Mint>::with_settings("ubi_activity_full = 2").await;
    let _clock = noon();
    let (alice, bob, root) = (service.student("alice"), service.student("bob"), service.admin("root"));
    let hers = wallet_with(&service, &alice, "5").await;
    let his = wallet_in(&bob, Currency::Azr).await.id;
    paid(&service, proof_of(&bob, ActivityType::LessonCompletion, "lesson/1")).await;
    let asleep = wallet_in(&service.student("carol"), Currency::Azr).await.id;
    let frozen = wallet_with(&service, &service.student("dave"), "7").await;
    set_status(&service, &frozen, WalletStatus::Frozen).await;
    let away = wallet_with(&service, &service.student("eve"), "11").await;
    tamper(&service, "UPDATE transactions SET created_at = '2020-01-01T00:00:00+00:00' WHERE amount = 1100000000")
        .await;
    wallet_in(&alice, Currency::Usd).await;
    assert_eq!(previewed(&root).await, (2, "25".to_owned()));

    let round = distributed(&root).await;

    assert_eq!((round.recipients, round.total.as_str(), round.status()), (2, "25", UbiRoundStatus::Done));
    assert_eq!((round.base.as_str(), round.day), ("10", clock::now().format("%Y-%m-%d").to_string()));
    for (id, balance, earned) in
        [(&hers, "15", "10"), (&his, "18", "18"), (&asleep, "0", "0"), (&frozen, "7", "0"), (&away, "11", "0")]
    {
        let has = wallet(&root, id).await;
        assert_eq!((has.balance.as_str(), has.earned.as_str()), (balance, earned));
    }
    assert_eq!(pool(&service).await, ("-25".to_owned(), "0".to_owned()));
    let group = transaction::Column::GroupId.eq(round.id.parse::<uuid::Uuid>().unwrap());
    let payments = transaction::Entity::find().filter(group).all(service.connection()).await.unwrap();
    assert!(payments.len() == 2 && payments.iter().all(|row| *row.r#type == TransactionType::Reward));
    service.audit_ends_with("mint.ubi.distribute", Outcome::Ok, &root).await;
    let again = mint(&root).distribute_ubi(round_of()).await;
    assert_refused(&again, Code::AlreadyExists, "UBI_ROUND_DONE");
    sound(&service).await;
}

#[tokio::test]
async fn of_many_rounds_at_once_one_is_paid() {
    let service = TestService::<Mint>::start().await;
    let _clock = noon();
    let people = ["ann", "ben", "cid"].map(|name| service.student(name));
    for user in &people {
        wallet_with(&service, user, "1").await;
    }
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..16 {
        // Administrators of two names: neither of them is in the way of the other's request ids.
        let mut client = once(&service.admin(if number % 2 == 0 { "root" } else { "ruth" }));
        asking.spawn(async move { client.distribute_ubi(round_of()).await.map_err(|status| status.code()) });
    }
    let mut answers = HashSet::new();
    for answer in asking.join_all().await {
        match answer {
            Ok(answer) => {
                let round = answer.into_inner().round.unwrap();
                answers.insert((round.id, round.recipients, round.total, round.status));
            }
            Err(code) => assert_eq!(code, Code::AlreadyExists),
        }
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!((payees(&service).await.len(), rounds(&service).await.len()), (3, 1));
    assert_eq!(pool(&service).await, ("-30".to_owned(), "0".to_owned()));
    sound(&service).await;
}

#[tokio::test]
async fn a_round_that_was_cut_short_goes_on_and_gives_what_it_would_have_given() {
    let service = TestService::<Mint>::with_settings("ubi_activity_full = 1").await;
    let _clock = noon();
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let ids = crowd(&service).await;
    let request = round_of();
    obstruct(&service, ids[250]).await;

    let cut = once(&root).distribute_ubi(request.clone()).await;

    assert_refused(&cut, Code::Internal, "INTERNAL");
    assert_eq!(payees(&service).await, ids[..200]);
    assert_eq!(*rounds(&service).await[0].status, UbiRoundStatus::Running);
    assert_eq!(pool(&service).await, ("-2000".to_owned(), "510".to_owned()));
    sound(&service).await;

    // Who learns now does so for the next round; who is frozen now gets nothing.
    let learner = row(&service, ids[248]).await;
    let request_of_learner = SubmitProofOfKnowledgeRequest {
        user_id: learner.user_id.unwrap().to_string(),
        ..proof_of(&alice, ActivityType::LessonCompletion, "lesson/1")
    };
    paid(&service, request_of_learner).await;
    set_status(&service, &ids[249].to_string(), WalletStatus::Frozen).await;
    clear(&service).await;
    let round = mint(&root).distribute_ubi(request).await.unwrap().into_inner().round.unwrap();

    assert_eq!((round.recipients, round.total.as_str(), round.status()), (250, "2500", UbiRoundStatus::Done));
    let paid_now = payees(&service).await;
    assert_eq!(paid_now[200..], [&ids[200..249], &ids[250..]].concat());
    assert_eq!(row(&service, ids[248]).await.balance.to_string(), "14", "1, a lesson of 3 and the base");
    assert_eq!(pool(&service).await, ("-2500".to_owned(), "0".to_owned()));
    sound(&service).await;
}

#[tokio::test]
async fn what_an_earlier_day_has_left_is_paid_with_the_next_round() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let id = wallet_with(&service, &alice, "1").await;
    obstruct(&service, WalletId(id.parse().unwrap())).await;
    let cut = once(&root).distribute_ubi(round_of()).await;
    assert_refused(&cut, Code::Internal, "INTERNAL");
    assert_eq!(pool(&service).await, ("0".to_owned(), "10".to_owned()));
    clear(&service).await;
    let yesterday = "UPDATE ubi_rounds SET day = '2020-01-01'";
    service.connection().execute_unprepared(yesterday).await.unwrap();

    let round = distributed(&root).await;

    assert_eq!((round.recipients, round.total.as_str()), (1, "10"));
    assert_eq!(wallet(&alice, &id).await.balance, "21");
    let rounds = rounds(&service).await;
    assert!(rounds.len() == 2 && rounds.iter().all(|round| *round.status == UbiRoundStatus::Done));
    sound(&service).await;
}

#[tokio::test]
async fn what_an_earlier_day_has_left_is_paid_although_todays_round_is_refused() {
    let service = TestService::<Mint>::with_settings("ubi_base = \"20000000\"").await;
    let root = service.admin("root");
    let hers = wallet_with(&service, &service.student("ann"), "1").await;
    wallet_with(&service, &service.student("ben"), "1").await;
    obstruct(&service, WalletId(hers.parse().unwrap())).await;
    once(&root).distribute_ubi(round_of()).await.unwrap_err();
    assert_eq!(pool(&service).await, ("0".to_owned(), "40000000".to_owned()));
    clear(&service).await;
    let long_ago = "UPDATE ubi_rounds SET day = '2020-01-01'";
    service.connection().execute_unprepared(long_ago).await.unwrap();

    let asked = mint(&root).distribute_ubi(round_of()).await;

    assert_refused(&asked, Code::ResourceExhausted, "SUPPLY_CAP_REACHED");
    let rounds = rounds(&service).await;
    assert!(rounds.len() == 1 && *rounds[0].status == UbiRoundStatus::Done);
    assert_eq!(pool(&service).await, ("-40000000".to_owned(), "0".to_owned()));
    sound(&service).await;
}

#[tokio::test]
async fn a_round_keeps_its_rate_and_pays_no_more_than_it_set_aside() {
    // Whoever has learnt twice would get three times as much, and gets twice as much at most, as it is set.
    for (factor_max, given) in [(2, "20"), (1, "10"), (3, "0")] {
        let service = TestService::<Mint>::with_settings("ubi_activity_full = 1").await;
        let (alice, root) = (service.student("alice"), service.admin("root"));
        let id = wallet_in(&alice, Currency::Azr).await.id;
        for lesson in ["lesson/1", "lesson/2"] {
            paid(&service, proof_of(&alice, ActivityType::LessonCompletion, lesson)).await;
        }
        obstruct(&service, WalletId(id.parse().unwrap())).await;
        once(&root).distribute_ubi(round_of()).await.unwrap_err();
        assert_eq!(pool(&service).await, ("0".to_owned(), "20".to_owned()));
        clear(&service).await;
        let changed = format!("UPDATE ubi_rounds SET day = '2020-01-01', factor_max = {factor_max}");
        service.connection().execute_unprepared(&changed).await.unwrap();

        assert_eq!(distributed(&root).await.total, "20", "that of today is as it is set");

        let rounds = rounds(&service).await;
        let earlier = rounds.iter().find(|round| round.day == "2020-01-01").unwrap();
        assert_eq!((*earlier.status, earlier.total.to_string().as_str()), (UbiRoundStatus::Done, given));
        assert_eq!(pool(&service).await.1, "0");
        sound(&service).await;
    }
}

#[tokio::test]
async fn what_a_round_has_paid_keeps_nobody_active() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let clock = MovedClock::start();
    wallet_with(&service, &alice, "1").await;
    clock.forward(TimeDelta::days(29));
    assert_eq!(distributed(&root).await.recipients, 1);

    // What came from elsewhere is 31 days old, what the round has paid two.
    clock.forward(TimeDelta::days(2));

    assert_eq!(previewed(&root).await, (0, "0".to_owned()));
    assert_eq!(distributed(&root).await.recipients, 0);
    let fresh = GetEconomicMetricsRequest { fresh: true };
    let told = mint(&root).get_economic_metrics(fresh).await.unwrap().into_inner();
    assert_eq!(told.metrics.unwrap().active_wallets, 0);
}

#[tokio::test]
async fn what_the_pool_cannot_cover_moves_nothing() {
    for (base, covered) in [("25000000", true), ("25000001", false)] {
        let service = TestService::<Mint>::with_settings(&format!("ubi_base = \"{base}\"")).await;
        let root = service.admin("root");
        for name in ["ann", "ben"] {
            wallet_with(&service, &service.student(name), "1").await;
        }
        let asked = mint(&root).distribute_ubi(round_of()).await;
        if covered {
            assert_eq!(asked.unwrap().into_inner().round.unwrap().total, "50000000");
        } else {
            assert_refused(&asked, Code::ResourceExhausted, "SUPPLY_CAP_REACHED");
            assert_eq!((rounds(&service).await.len(), payees(&service).await.len()), (0, 0));
            assert_eq!(pool(&service).await, ("0".to_owned(), "0".to_owned()));
            service.audit_ends_with("mint.ubi.distribute", Outcome::Refused, &root).await;
        }
        sound(&service).await;
    }
}

#[tokio::test]
async fn what_is_set_aside_is_in_nobodys_hands_and_found_if_it_goes_missing() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let id = wallet_with(&service, &alice, "1").await;
    obstruct(&service, WalletId(id.parse().unwrap())).await;
    once(&root).distribute_ubi(round_of()).await.unwrap_err();
    let hold = rounds(&service).await[0].hold_id.unwrap().to_string();
    let request = proto::azora::mint::v1::VoidHoldRequest { request_id: new_id(), hold_id: hold };
    assert_refused(&mint(&alice).void_hold(request).await, Code::NotFound, "NOT_FOUND");
    sound(&service).await;

    service.connection().execute_unprepared("UPDATE ubi_rounds SET status = 'done'").await.unwrap();

    let told = mint(&root).verify_ledger(proto::azora::mint::v1::VerifyLedgerRequest {}).await.unwrap().into_inner();
    let broken = told.rules.iter().filter(|rule| rule.broken > 0).map(|rule| rule.name.as_str());
    assert_eq!(broken.collect::<Vec<_>>(), ["basic_income_is_set_aside", "basic_income_is_paid_once"]);
}

#[tokio::test]
async fn only_administrators_distribute() {
    let service = TestService::<Mint>::start().await;
    for user in [service.student("alice"), service.service("education")] {
        let refused = mint(&user).distribute_ubi(round_of()).await;
        assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    }
}

use std::collections::{BTreeSet, HashMap};

use mint::Mint;
use mint::entity::{posting, transaction, wallet as table};
use mint::id::WalletId;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{
    ActivityType, GetEconomicMetricsRequest, GetEconomicMetricsResponse, SupplyParts, SupplyState, TradeActivity,
    TransactionType, WalletKind,
};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait};
use shared::db;
use shared::testing::{Chance, TestService, TestUser, assert_refused, new_id, text, units};
use tonic::Code;

use crate::burn_tokens::burn_of;
use crate::hold_funds::hold_of;
use crate::record_economic_metrics::recorded;
use crate::stake::{sound, stake_of};
use crate::submit_proof_of_knowledge::proof_of;
use crate::withdraw::withdraw_of;
use crate::{mint, transfer_of, wallet_with};

async fn figures(user: &TestUser, fresh: bool) -> GetEconomicMetricsResponse {
    mint(user).get_economic_metrics(GetEconomicMetricsRequest { fresh }).await.unwrap().into_inner()
}

/// Three people with a thousand each.
async fn people(service: &TestService<Mint>) -> Vec<(TestUser, String)> {
    let mut people = Vec::new();
    for name in ["ann", "ben", "cid"] {
        let user = service.student(name);
        let id = wallet_with(service, &user, "1000").await;
        people.push((user, id));
    }
    people
}

/// Movements of every kind in an order that nobody chose; some of them are refused, which is part of it.
async fn stir(service: &TestService<Mint>, people: &[(TestUser, String)], chance: &mut Chance) {
    let (root, education) = (service.admin("root"), service.service("education"));
    let mut kinds: Vec<u8> = (0..8).cycle().take(32).collect();
    chance.shuffle(&mut kinds);
    for kind in kinds {
        let payer = chance.place(people.len());
        let (user, from) = &people[payer];
        let (_, to) = &people[(payer + 1 + chance.place(people.len() - 1)) % people.len()];
        let amount = text(chance.number(1..=2_000_000_000));
        let name = new_id();
        match kind {
            0 => drop(mint(&root).burn_tokens(burn_of(&amount, from)).await),
            1 => drop(mint(user).stake(stake_of(&amount, from, 30)).await),
            2 => drop(mint(user).hold_funds(hold_of(&amount, from, to)).await),
            3 => drop(mint(&root).withdraw(withdraw_of(&amount, from, &name)).await),
            4 => {
                let proof = proof_of(user, ActivityType::LessonCompletion, &name);
                drop(mint(&education).submit_proof_of_knowledge(proof).await);
            }
            5 => drop(mint(user).transfer(transfer_of("10000", from, to)).await),
            _ => drop(mint(user).transfer(transfer_of(&amount, from, to)).await),
        }
    }
}

/// What all postings in AZR say: by kind of wallet what came and what left, and the wallets in which anything did.
async fn sums(service: &TestService<Mint>) -> (HashMap<WalletKind, (i64, i64)>, usize, i64) {
    let db = service.connection();
    let wallets = table::Entity::find().all(db).await.unwrap().into_iter();
    let wallets: HashMap<WalletId, table::Model> = wallets.map(|wallet| (wallet.id, wallet)).collect();
    let (mut kinds, mut active, mut held) = (HashMap::<_, (i64, i64)>::new(), BTreeSet::new(), 0);
    for posting in posting::Entity::find().all(db).await.unwrap() {
        let wallet = &wallets[&posting.wallet_id];
        assert_eq!(*wallet.currency, Currency::Azr);
        let (came, left) = kinds.entry(*wallet.kind).or_default();
        let change = posting.amount.units();
        *came += change.max(0);
        *left -= change.min(0);
        if *wallet.kind == WalletKind::User {
            active.insert(wallet.id);
            held += posting.held_delta.units();
        }
    }
    (kinds, active.len(), held)
}

#[tokio::test]
async fn figures_are_what_the_postings_say_and_the_parts_make_the_whole() {
    let service = TestService::<Mint>::start().await;
    let root = service.admin("root");
    let people = people(&service).await;
    let mut chance = Chance::start();
    stir(&service, &people, &mut chance).await;
    // What comes after a record is counted on from there.
    let earlier = recorded(&root).await;
    stir(&service, &people, &mut chance).await;

    let told = figures(&root, true).await;
    let (metrics, parts) = (told.metrics.unwrap(), told.parts.unwrap());

    let (kinds, active, held) = sums(&service).await;
    let moved = |kind: WalletKind| kinds.get(&kind).copied().unwrap_or_default();
    let stands = |kind: WalletKind| moved(kind).0 - moved(kind).1;
    let sources = [WalletKind::Issuance, WalletKind::RewardPool];
    let supply = -sources.into_iter().map(stands).sum::<i64>();
    assert!(supply > 0 && stands(WalletKind::Stake) > 0 && stands(WalletKind::External) > 0 && held > 0);
    assert_eq!(metrics.total_supply, text(supply));
    assert_eq!(metrics.total_minted, text(sources.into_iter().map(|kind| moved(kind).1).sum()));
    assert_eq!(metrics.total_burned, text(sources.into_iter().map(|kind| moved(kind).0).sum()));
    assert_ne!(metrics.total_minted, earlier.total_minted);
    assert_ne!(metrics.total_burned, "0");
    assert_eq!(metrics.circulating_supply, text(stands(WalletKind::User)));
    assert_eq!(metrics.total_staked, text(stands(WalletKind::Stake)));
    assert_eq!(metrics.total_held, text(held));
    assert_eq!(usize::try_from(metrics.active_wallets).unwrap(), active);
    let expected = SupplyParts {
        users: text(stands(WalletKind::User)),
        staked: text(stands(WalletKind::Stake)),
        escrow: text(stands(WalletKind::Escrow)),
        fees: text(stands(WalletKind::Fee)),
        liquidity: text(stands(WalletKind::Liquidity)),
        rounding: text(stands(WalletKind::Rounding)),
        external: text(stands(WalletKind::External)),
    };
    assert_eq!(parts, expected);
    let whole =
        [&parts.users, &parts.staked, &parts.escrow, &parts.fees, &parts.liquidity, &parts.rounding, &parts.external];
    let whole: i64 = whole.into_iter().map(|part| units(part)).sum();
    assert_eq!(text(whole), metrics.total_supply);

    let transactions = transaction::Entity::find().all(service.connection()).await.unwrap();
    assert_eq!(metrics.ledger_version, transactions.iter().map(|row| row.seq).max().unwrap());
    let traded = transactions.iter().filter(|row| {
        matches!(*row.r#type, TransactionType::Transfer | TransactionType::Payment | TransactionType::EscrowRelease)
    });
    let traded = text(traded.map(|row| row.amount.units()).sum());
    assert_eq!((&metrics.daily_volume, &told.monthly_volume), (&traded, &traded));
    for by_type in told.daily_volumes {
        let own = transactions.iter().filter(|row| row.r#type.number() == by_type.r#type);
        assert_eq!(by_type.volume, text(own.map(|row| row.amount.units()).sum()));
    }
    sound(&service).await;
}

#[tokio::test]
async fn everybody_sees_what_was_recorded_last() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let id = wallet_with(&service, &alice, "1000").await;
    let at_start = figures(&alice, false).await.metrics.unwrap();
    assert_eq!((at_start.ledger_version, at_start.total_supply.as_str()), (0, "0"));
    let last = recorded(&root).await;
    mint(&root).burn_tokens(burn_of("1", &id)).await.unwrap();

    let told = figures(&alice, false).await;

    assert_eq!((told.metrics.as_ref(), told.parts), (Some(&last), None));
    assert_eq!((last.total_supply.as_str(), last.supply_state()), ("1000", SupplyState::Tight));
    assert_eq!(figures(&root, true).await.metrics.unwrap().total_supply, "999");
}

#[tokio::test]
async fn where_nothing_is_recorded_nobody_has_it_counted() {
    let service = TestService::<Mint>::start().await;
    let unguarded = if db::backend(service.connection()) == DbBackend::Postgres {
        "ALTER TABLE economic_metrics DISABLE TRIGGER USER"
    } else {
        "DROP TRIGGER economic_metrics_append_only_delete"
    };
    for statement in [unguarded, "DELETE FROM economic_metrics"] {
        service.connection().execute_unprepared(statement).await.unwrap();
    }
    for user in [service.student("alice"), service.admin("root")] {
        let nothing = mint(&user).get_economic_metrics(GetEconomicMetricsRequest { fresh: false }).await;
        assert_refused(&nothing, Code::NotFound, "NOT_FOUND");
    }
    assert_eq!(figures(&service.admin("root"), true).await.metrics.unwrap().id, "", "counted for this answer");
}

#[tokio::test]
async fn what_is_staked_does_not_circulate() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let id = wallet_with(&service, &alice, "1000").await;
    mint(&alice).stake(stake_of("250", &id, 30)).await.unwrap();
    let told = figures(&service.service("nexus"), true).await;
    let metrics = told.metrics.clone().unwrap();
    assert_eq!((metrics.staking_rate.as_str(), metrics.supply_state()), ("25", SupplyState::Loose));
    assert_eq!(told.trade_activity(), TradeActivity::Quiet);
}

#[tokio::test]
async fn people_do_not_have_them_counted() {
    let service = TestService::<Mint>::start().await;
    let refused = mint(&service.student("alice")).get_economic_metrics(GetEconomicMetricsRequest { fresh: true }).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

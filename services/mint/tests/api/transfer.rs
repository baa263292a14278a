use std::time::{Duration, Instant};

use mint::Mint;
use mint::entity::wallet as table;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{TransactionStatus, TransactionType, TransferRequest, WalletKind, WalletStatus};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, QueryFilter, Statement, TransactionTrait};
use shared::db;
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use shared::word::Word;
use tokio::time::sleep;
use tonic::Code;

use crate::capture_hold::set_status;
use crate::{mint, once, transfer_of, wallet, wallet_in, wallet_with};

/// The id of a wallet of the system in AZR; a migration step made it.
async fn system_wallet(service: &TestService<Mint>, kind: WalletKind, reference: &str) -> String {
    let found = table::of_system(kind, reference)
        .filter(table::Column::Currency.eq(Word(Currency::Azr)))
        .one(service.connection())
        .await;
    found.unwrap().unwrap().id.to_string()
}

#[tokio::test]
async fn money_moves_from_one_wallet_to_another() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;

    let request = TransferRequest { memo: "for lunch".into(), ..transfer_of("2.5", &from, &to) };
    let moved = mint(&alice).transfer(request).await.unwrap().into_inner().transaction.unwrap();

    assert_eq!((moved.debit_wallet_id.as_str(), moved.credit_wallet_id.as_str()), (from.as_str(), to.as_str()));
    assert_eq!((moved.amount.as_str(), moved.currency(), moved.memo.as_str()), ("2.5", Currency::Azr, "for lunch"));
    assert_eq!((moved.r#type(), moved.status()), (TransactionType::Transfer, TransactionStatus::Completed));
    let (alice_has, bob_has) = (wallet(&alice, &from).await, wallet(&bob, &to).await);
    assert_eq!((alice_has.balance.as_str(), bob_has.balance.as_str()), ("7.5", "2.5"));
    assert_eq!(bob_has.earned, "0", "a gift is not earned");
    service.audit_ends_with("mint.transfer.transfer", Outcome::Ok, &alice).await;
}

/// Postgres only: on SQLite whoever writes is alone.
#[tokio::test]
async fn a_wallet_that_somebody_else_has_changed_meanwhile_is_judged_anew() {
    let service = TestService::<Mint>::start().await;
    if db::backend(service.connection()) == DbBackend::Sqlite {
        return;
    }
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;
    let somebody = service.connection().begin().await.unwrap();
    let own = Statement::from_string(DbBackend::Postgres, "SELECT pg_backend_pid() AS pid");
    let pid: i32 = somebody.query_one_raw(own).await.unwrap().unwrap().try_get("", "pid").unwrap();
    let empties = format!("UPDATE wallets SET balance = 0, version = version + 1 WHERE id = '{from}'");
    somebody.execute_unprepared(&empties).await.unwrap();

    let request = transfer_of("2.5", &from, &to);
    let paying = tokio::spawn(async move { once(&alice).transfer(request).await });
    // The wallet has been read and the transfer been accepted when its row is asked for.
    let waits = format!("SELECT 1 FROM pg_stat_activity WHERE {pid} = ANY(pg_blocking_pids(pid))");
    let waits = Statement::from_string(DbBackend::Postgres, waits);
    let begun = Instant::now();
    while service.connection().query_one_raw(waits.clone()).await.unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(10), "nobody waits for the wallet");
        sleep(Duration::from_millis(5)).await;
    }
    somebody.commit().await.unwrap();

    let refused = paying.await.unwrap();
    assert_refused(&refused, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
    assert_eq!(refused.unwrap_err().message(), "available 0, wanted 2.5");
}

#[tokio::test]
async fn the_last_unit_can_be_spent_and_not_one_more() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;

    let too_much = mint(&alice).transfer(transfer_of("10.00000001", &from, &to)).await;
    let all = mint(&alice).transfer(transfer_of("10", &from, &to)).await;

    assert_refused(&too_much, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
    assert_eq!(too_much.unwrap_err().message(), "available 10, wanted 10.00000001");
    assert!(all.is_ok());
    assert_eq!(wallet(&alice, &from).await.balance, "0");
}

#[tokio::test]
async fn a_refused_transfer_moves_nothing_and_is_on_record() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;

    let refused = mint(&alice).transfer(transfer_of("11", &from, &to)).await;

    assert_refused(&refused, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
    assert_eq!(wallet(&alice, &from).await.balance, "10");
    assert_eq!(wallet(&bob, &to).await.balance, "0");
    service.audit_ends_with("mint.transfer.transfer", Outcome::Refused, &alice).await;
}

#[tokio::test]
async fn nobody_spends_from_a_wallet_of_somebody_else() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;

    for thief in [bob, service.admin("root")] {
        let refused = mint(&thief).transfer(transfer_of("1", &from, &to)).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
    assert_eq!(wallet(&alice, &from).await.balance, "10");
}

#[tokio::test]
async fn a_service_does_not_spend_for_people() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&service.student("bob"), Currency::Azr).await.id;

    let refused = mint(&service.service("education")).transfer(transfer_of("1", &from, &to)).await;

    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

#[tokio::test]
async fn an_unknown_destination_is_not_found() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let from = wallet_with(&service, &alice, "10").await;

    let refused = mint(&alice).transfer(transfer_of("1", &from, &new_id())).await;

    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn a_wallet_does_not_pay_itself() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let own = wallet_with(&service, &alice, "10").await;

    let refused = mint(&alice).transfer(transfer_of("1", &own, &own)).await;

    assert_refused(&refused, Code::InvalidArgument, "SAME_WALLET");
}

#[tokio::test]
async fn money_stays_in_its_currency() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&service.student("bob"), Currency::Btc).await.id;

    let refused = mint(&alice).transfer(transfer_of("1", &from, &to)).await;

    assert_refused(&refused, Code::FailedPrecondition, "CURRENCY_MISMATCH");
}

#[tokio::test]
async fn a_frozen_wallet_neither_pays_nor_receives() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let open = wallet_with(&service, &alice, "10").await;
    let frozen = wallet_with(&service, &bob, "10").await;
    set_status(&service, &frozen, WalletStatus::Frozen).await;

    let into = mint(&alice).transfer(transfer_of("1", &open, &frozen)).await;
    let out_of = mint(&bob).transfer(transfer_of("1", &frozen, &open)).await;

    assert_refused(&into, Code::FailedPrecondition, "WALLET_NOT_ACTIVE");
    assert_refused(&out_of, Code::FailedPrecondition, "WALLET_NOT_ACTIVE");
}

#[tokio::test]
async fn what_goes_to_the_platform_is_a_payment() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let from = wallet_with(&service, &alice, "10").await;
    let fees = system_wallet(&service, WalletKind::Fee, "main").await;

    let moved = mint(&alice).transfer(transfer_of("1", &from, &fees)).await.unwrap().into_inner().transaction.unwrap();

    assert_eq!(moved.r#type(), TransactionType::Payment);
}

#[tokio::test]
async fn wallets_with_rpcs_of_their_own_take_no_transfers() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let from = wallet_with(&service, &alice, "10").await;

    for (kind, reference) in [
        (WalletKind::Issuance, "main"),
        (WalletKind::RewardPool, "mining"),
        (WalletKind::Stake, "main"),
        (WalletKind::Escrow, "education"),
        (WalletKind::External, "main"),
    ] {
        let to = system_wallet(&service, kind, reference).await;
        let refused = mint(&alice).transfer(transfer_of("1", &from, &to)).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Mint>::start().await;
    let request = TransferRequest { request_id: "x".into(), memo: "m".repeat(201), ..transfer_of("-1", "y", "") };

    let refused = mint(&service.student("alice")).transfer(request).await;

    assert_fields(&refused, &["request_id", "from_wallet_id", "to_wallet_id", "amount", "memo"]);
}

#[tokio::test]
async fn two_transfers_at_once_do_not_spend_the_same_money() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let from = wallet_with(&service, &alice, "10").await;
    let to = wallet_in(&bob, Currency::Azr).await.id;
    let (mut here, mut there) = (once(&alice), once(&alice));

    let (one, other) =
        tokio::join!(here.transfer(transfer_of("10", &from, &to)), there.transfer(transfer_of("10", &from, &to)));

    let (spent, refused) = if one.is_ok() { (one, other) } else { (other, one) };
    assert!(spent.is_ok(), "one of the two goes through");
    assert_refused(&refused, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
    let (alice_has, bob_has) = (wallet(&alice, &from).await, wallet(&bob, &to).await);
    assert_eq!((alice_has.balance.as_str(), bob_has.balance.as_str()), ("0", "10"));
}

#[tokio::test]
async fn two_people_may_pay_each_other_at_once() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let hers = wallet_with(&service, &alice, "10").await;
    let his = wallet_with(&service, &bob, "10").await;
    let (mut by_alice, mut by_bob) = (once(&alice), once(&bob));

    for _ in 0..5 {
        let (there, back) = tokio::join!(
            by_alice.transfer(transfer_of("3", &hers, &his)),
            by_bob.transfer(transfer_of("3", &his, &hers))
        );
        assert!(there.is_ok() && back.is_ok(), "{there:?} {back:?}");
    }
    assert_eq!(wallet(&alice, &hers).await.balance, "10");
    assert_eq!(wallet(&bob, &his).await.balance, "10");
}

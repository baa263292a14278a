use mint::Mint;
use proto::azora::mint::v1::{VerifyLedgerRequest, VerifyLedgerResponse};
use sea_orm::{ConnectionTrait, DbBackend};
use shared::db;
use shared::testing::{TestService, assert_refused};
use tonic::Code;

use crate::capture_hold::capture_of;
use crate::hold_funds::{held, promised};
use crate::record_economic_metrics::recorded;
use crate::{mint, transfer_of};

/// Books with a bit of everything.
async fn kept() -> TestService<Mint> {
    let service = TestService::<Mint>::start().await;
    let (alice, from, bob, to, hold) = promised(&service).await;
    mint(&alice).capture_hold(capture_of(&hold, "1")).await.unwrap();
    mint(&alice).transfer(transfer_of("2", &from, &to)).await.unwrap();
    mint(&bob).transfer(transfer_of("1", &to, &from)).await.unwrap();
    held(&alice, "3", &from, &to).await;
    recorded(&service.admin("root")).await;
    service
}

async fn verified(service: &TestService<Mint>) -> VerifyLedgerResponse {
    mint(&service.admin("root")).verify_ledger(VerifyLedgerRequest {}).await.unwrap().into_inner()
}

fn broken(answer: &VerifyLedgerResponse) -> Vec<&str> {
    answer.rules.iter().filter(|rule| rule.broken > 0).map(|rule| rule.name.as_str()).collect()
}

/// Does what nobody may: the triggers that keep history from changing are taken away first.
pub async fn tamper(service: &TestService<Mint>, sql: &str) {
    let connection = service.connection();
    let unguarded: &[&str] = if db::backend(connection) == DbBackend::Postgres {
        &[
            "ALTER TABLE postings DISABLE TRIGGER USER",
            "ALTER TABLE transactions DISABLE TRIGGER USER",
            "ALTER TABLE economic_metrics DISABLE TRIGGER USER",
        ]
    } else {
        &[
            "DROP TRIGGER postings_append_only_update",
            "DROP TRIGGER postings_append_only_delete",
            "DROP TRIGGER transactions_fixed",
            "DROP TRIGGER economic_metrics_append_only_update",
        ]
    };
    for statement in unguarded.iter().copied().chain([sql]) {
        connection.execute_unprepared(statement).await.unwrap();
    }
}

#[tokio::test]
async fn sound_books_keep_every_rule() {
    let service = kept().await;
    let answer = verified(&service).await;
    assert_eq!((broken(&answer), answer.sound, answer.seq), (vec![], true, 4));
    assert!(answer.rules.iter().all(|rule| rule.first.is_empty() && !rule.description.is_empty()));
    let checked = |name: &str| answer.rules.iter().find(|rule| rule.name == name).map(|rule| rule.checked);
    assert_eq!(checked("transactions_have_two_legs"), Some(4));
    // Four movements of two legs, and two holds that were set.
    assert_eq!((checked("postings_run_on"), checked("holds_end_once")), (Some(10), Some(2)));
}

#[tokio::test]
async fn what_was_done_behind_the_books_is_found() {
    for (sql, rules) in [
        (
            "UPDATE wallets SET balance = balance + 1 WHERE user_id IS NOT NULL AND version = 3",
            vec!["balances_sum_to_zero", "wallets_are_what_their_postings_say"],
        ),
        (
            "DELETE FROM postings WHERE version = 1 AND amount > 0",
            vec!["transactions_have_two_legs", "postings_run_on"],
        ),
        (
            "UPDATE postings SET version = 9 WHERE version = 3 AND amount < 0",
            vec!["postings_run_on", "wallets_are_what_their_postings_say"],
        ),
        ("UPDATE transactions SET hold_id = NULL", vec!["holds_end_once"]),
        (
            "UPDATE holds SET status = 'voided' WHERE status = 'open'",
            vec!["held_money_is_in_open_holds", "holds_end_once"],
        ),
        ("DELETE FROM request_claims WHERE method LIKE '%Transfer'", vec!["movements_were_asked_for"]),
        // Figures that do not add up, and figures that do but say what never was.
        ("UPDATE economic_metrics SET total_burned = total_burned + 1", vec!["figures_recompute"]),
        (
            "UPDATE economic_metrics SET total_minted = total_minted + 1, total_supply = total_supply + 1",
            vec!["figures_recompute"],
        ),
    ] {
        let service = kept().await;
        tamper(&service, sql).await;
        let answer = verified(&service).await;
        assert!(!answer.sound);
        assert_eq!(broken(&answer), rules, "{sql}");
        assert!(answer.rules.iter().all(|rule| rule.first.is_empty() == (rule.broken == 0)), "{:?}", answer.rules);
    }
}

#[tokio::test]
async fn only_administrators_ask() {
    let service = TestService::<Mint>::start().await;
    let refused = mint(&service.student("alice")).verify_ledger(VerifyLedgerRequest {}).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

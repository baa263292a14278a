//! The audit trail cannot be rewritten unseen: what a superuser does to it directly in the database is found.

use mint::Mint;
use proto::azora::audit::v1::audit_service_client::AuditServiceClient;
use proto::azora::audit::v1::{AuditOutcome, ListAuditEntriesRequest, VerifyAuditLogRequest, VerifyAuditLogResponse};
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::CreateWalletRequest;
use sea_orm::ConnectionTrait;
use shared::testing::{TestService, TestUser, assert_refused, new_id};
use tonic::Code;

use crate::mint;

/// Five entries: four wallets of Alice and a refusal.
async fn five_entries(service: &TestService<Mint>) -> TestUser {
    let alice = service.student("alice");
    for currency in [Currency::Azr, Currency::Btc, Currency::Eth, Currency::Usd, Currency::Usd] {
        let request = CreateWalletRequest { request_id: new_id(), currency: currency.into(), ..Default::default() };
        let opened = mint(&alice).create_wallet(request).await;
        assert!(opened.is_ok() || currency == Currency::Usd);
    }
    alice
}

async fn verify(service: &TestService<Mint>) -> VerifyAuditLogResponse {
    let mut audit = AuditServiceClient::new(service.admin("root").channel());
    audit.verify_audit_log(VerifyAuditLogRequest {}).await.unwrap().into_inner()
}

/// What somebody with every right on the database does.
async fn tamper(service: &TestService<Mint>, statements: &[&str]) {
    let db = service.connection();
    let disarm: &[&str] = match shared::db::backend(db) {
        sea_orm::DbBackend::Sqlite => {
            &["DROP TRIGGER audit_entries_append_only_update", "DROP TRIGGER audit_entries_append_only_delete"]
        }
        _ => &["ALTER TABLE audit_entries DISABLE TRIGGER USER"],
    };
    for statement in disarm.iter().chain(statements) {
        db.execute_unprepared(statement).await.unwrap();
    }
}

async fn assert_found(statements: &[&str], seq: i64, what: &str) {
    let service = TestService::<Mint>::start().await;
    five_entries(&service).await;
    assert!(verify(&service).await.valid);

    tamper(&service, statements).await;

    let report = verify(&service).await;
    let fault = report.fault.unwrap();
    assert!(!report.valid);
    assert_eq!((fault.seq, fault.what.as_str()), (seq, what));
}

#[tokio::test]
async fn an_untouched_trail_is_valid_and_counted() {
    let service = TestService::<Mint>::start().await;
    five_entries(&service).await;
    let report = verify(&service).await;
    assert_eq!((report.valid, report.entries, report.heads.len()), (true, 5, 1));
}

#[tokio::test]
async fn an_edited_entry_is_found() {
    assert_found(&["UPDATE audit_entries SET payload = prev_hash WHERE seq = 3"], 3, "the entry was altered").await;
}

#[tokio::test]
async fn an_edited_column_is_found() {
    let edit = "UPDATE audit_entries SET action = 'mint.wallet.close' WHERE seq = 2";
    assert_found(&[edit], 2, "a column differs from what was recorded").await;
}

#[tokio::test]
async fn a_deleted_entry_is_found() {
    assert_found(&["DELETE FROM audit_entries WHERE seq = 2"], 2, "an entry is missing").await;
}

#[tokio::test]
async fn two_swapped_entries_are_found() {
    let swap = [
        "UPDATE audit_entries SET seq = 100 WHERE seq = 2",
        "UPDATE audit_entries SET seq = 2 WHERE seq = 3",
        "UPDATE audit_entries SET seq = 3 WHERE seq = 100",
    ];
    assert_found(&swap, 2, "the entry does not follow the one before it").await;
}

#[tokio::test]
async fn a_cut_tail_is_found() {
    assert_found(&["DELETE FROM audit_entries WHERE seq > 3"], 4, "entries are missing at the end").await;
}

#[tokio::test]
async fn a_head_that_was_set_back_does_not_hide_the_rest() {
    assert_found(&["UPDATE audit_heads SET seq = 3"], 4, "there are entries beyond the head").await;
}

#[tokio::test]
async fn entries_refuse_to_change_while_their_guard_stands() {
    let service = TestService::<Mint>::start().await;
    five_entries(&service).await;
    for statement in ["UPDATE audit_entries SET severity = 'high'", "DELETE FROM audit_entries"] {
        let refused = service.connection().execute_unprepared(statement).await;
        assert!(refused.unwrap_err().to_string().contains("append-only"));
    }
}

#[tokio::test]
async fn people_see_their_own_acts_and_admins_see_all() {
    let service = TestService::<Mint>::start().await;
    let alice = five_entries(&service).await;
    let bob = service.student("bob");
    let all = ListAuditEntriesRequest { action_prefix: "mint.wallet".into(), ..Default::default() };

    let own = AuditServiceClient::new(alice.channel()).list_audit_entries(all.clone()).await.unwrap().into_inner();
    let none = AuditServiceClient::new(bob.channel()).list_audit_entries(all.clone()).await.unwrap().into_inner();
    let foreign = ListAuditEntriesRequest { actor_id: alice.id.to_string(), ..all.clone() };
    let refused = AuditServiceClient::new(bob.channel()).list_audit_entries(foreign).await;
    let refusals = ListAuditEntriesRequest { outcome: AuditOutcome::Refused.into(), ..all };
    let seen = AuditServiceClient::new(service.admin("root").channel()).list_audit_entries(refusals).await;

    assert_eq!((own.entries.len(), none.entries.len()), (5, 0));
    assert_refused(&refused, Code::PermissionDenied, "NOT_OWNER");
    assert_eq!(seen.unwrap().into_inner().entries[0].reason, "WALLET_EXISTS");
}

#[tokio::test]
async fn only_admins_verify() {
    let service = TestService::<Mint>::start().await;
    let mut audit = AuditServiceClient::new(service.student("alice").channel());
    assert_refused(&audit.verify_audit_log(VerifyAuditLogRequest {}).await, Code::PermissionDenied, "ROLE_REQUIRED");
}

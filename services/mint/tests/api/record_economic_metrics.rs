use mint::Mint;
use mint::entity::economic_metrics as table;
use proto::azora::mint::v1::{EconomicMetrics, RecordEconomicMetricsRequest};
use sea_orm::EntityTrait;
use shared::testing::{Outcome, TestService, TestUser, assert_refused, new_id};
use tonic::Code;

use crate::stake::sound;
use crate::{mint, wallet_with};

pub async fn recorded(admin: &TestUser) -> EconomicMetrics {
    let request = RecordEconomicMetricsRequest { request_id: new_id() };
    mint(admin).record_economic_metrics(request).await.unwrap().into_inner().metrics.unwrap()
}

#[tokio::test]
async fn where_nothing_has_moved_nothing_is_added() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let empty = recorded(&root).await;
    assert_eq!((empty.ledger_version, empty.total_supply.as_str()), (0, "0"));
    wallet_with(&service, &alice, "10").await;
    let moved = recorded(&root).await;
    assert_eq!((moved.ledger_version, moved.total_supply.as_str(), moved.active_wallets), (1, "10", 1));
    assert_eq!(recorded(&root).await, moved);
    assert_eq!(table::Entity::find().all(service.connection()).await.unwrap().len(), 2);
    service.audit_ends_with("mint.economic_metrics.record", Outcome::Ok, &root).await;
    sound(&service).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_one_is_kept() {
    let service = TestService::<Mint>::start().await;
    wallet_with(&service, &service.student("alice"), "10").await;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let root = service.admin("root");
        asking.spawn(async move { recorded(&root).await.id });
    }
    let ids = asking.join_all().await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let kept = table::Entity::find().all(service.connection()).await.unwrap();
    assert_eq!(kept.len(), 2, "one is of the start, when nothing had moved");
}

#[tokio::test]
async fn only_administrators_ask() {
    let service = TestService::<Mint>::start().await;
    for user in [service.student("alice"), service.service("nexus")] {
        let request = RecordEconomicMetricsRequest { request_id: new_id() };
        let refused = mint(&user).record_economic_metrics(request).await;
        assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    }
}

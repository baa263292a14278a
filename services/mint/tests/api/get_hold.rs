use mint::Mint;
use proto::azora::mint::v1::{GetHoldRequest, HoldStatus};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::fleet::audit_entry;
use shared::testing::{TestService, assert_fields, assert_refused};
use tonic::Code;

use crate::capture_hold::expire;
use crate::hold_funds::promised;
use crate::{mint, wallet};

#[tokio::test]
async fn both_owners_an_admin_and_a_service_see_a_hold_and_nobody_else() {
    let service = TestService::<Mint>::start().await;
    let (alice, _, bob, _, hold) = promised(&service).await;
    let request = || GetHoldRequest { hold_id: hold.id.clone() };
    for user in [alice, bob, service.admin("root"), service.service("education")] {
        assert_eq!(mint(&user).get_hold(request()).await.unwrap().into_inner().hold.as_ref(), Some(&hold));
    }
    let refused = mint(&service.student("carol")).get_hold(request()).await;
    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    let bad = mint(&service.student("carol")).get_hold(GetHoldRequest { hold_id: "x".into() }).await;
    assert_fields(&bad, &["hold_id"]);
}

/// What the audit trail says of a hold that was freed by the time alone.
pub async fn assert_expiry_is_on_record(service: &TestService<Mint>, hold: &str) {
    let of_it = audit_entry::Entity::find()
        .filter(audit_entry::Column::Action.eq("mint.hold.expire"))
        .filter(audit_entry::Column::ResourceId.eq(hold));
    let entries = of_it.all(service.reader()).await.unwrap();
    assert_eq!(entries.len(), 1, "{entries:?}");
    let entry = &entries[0];
    assert_eq!((entry.actor_kind.as_str(), entry.actor_id, entry.outcome.as_str()), ("system", None, "ok"));
}

#[tokio::test]
async fn one_whose_time_is_over_is_shown_so_and_set_free_though_nobody_asks_for_it() {
    let service = TestService::<Mint>::start().await;
    let (alice, from, _, _, hold) = promised(&service).await;
    expire(&service).await;
    let request = GetHoldRequest { hold_id: hold.id.clone() };
    let shown = mint(&alice).get_hold(request).await.unwrap().into_inner().hold.unwrap();
    assert_eq!(shown.status(), HoldStatus::Expired);
    for _ in 0..200 {
        if wallet(&alice, &from).await.held == "0" {
            return assert_expiry_is_on_record(&service, &hold.id).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it is held still");
}

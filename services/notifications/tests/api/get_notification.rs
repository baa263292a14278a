use notifications::Notifications;
use proto::azora::notifications::v1::GetNotificationRequest;
use shared::testing::{TestService, assert_fields, assert_refused};
use tonic::Code;

use crate::{delete, notifications, told};

fn of(id: &str) -> GetNotificationRequest {
    GetNotificationRequest { notification_id: id.to_owned() }
}

#[tokio::test]
async fn its_user_sees_it() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    let id = told(&service, &alice).await;

    let seen = notifications(&alice).get_notification(of(&id)).await.unwrap().into_inner().notification.unwrap();

    assert_eq!((seen.id, seen.user_id), (id, alice.id.to_string()));
    assert_eq!((seen.is_read, seen.deleted_at), (false, None));
}

#[tokio::test]
async fn to_everybody_else_it_does_not_exist() {
    let service = TestService::<Notifications>::start().await;
    let id = told(&service, &service.student("alice")).await;

    for other in [service.student("bob"), service.admin("root")] {
        let refused = notifications(&other).get_notification(of(&id)).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
    let refused = notifications(&service.service("education")).get_notification(of(&id)).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

#[tokio::test]
async fn a_deleted_one_is_out_of_sight() {
    let service = TestService::<Notifications>::start().await;
    let alice = service.student("alice");
    let id = told(&service, &alice).await;
    delete(&alice, &id).await;

    let refused = notifications(&alice).get_notification(of(&id)).await;

    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn an_id_has_to_be_one() {
    let service = TestService::<Notifications>::start().await;

    let refused = notifications(&service.student("alice")).get_notification(of("1")).await;

    assert_fields(&refused, &["notification_id"]);
}

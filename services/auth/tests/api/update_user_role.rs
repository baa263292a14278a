use proto::azora::auth::v1::{RefreshTokenRequest, UpdateUserRoleRequest};
use proto::azora::common::v1::Role;
use shared::testing::{assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{PASSWORD, admin, auth, log_in, start, verified};

pub fn promotion(user_id: &str, role: Role) -> UpdateUserRoleRequest {
    UpdateUserRoleRequest { request_id: new_id(), user_id: user_id.to_owned(), role: role.into() }
}

#[tokio::test]
async fn a_new_role_begins_with_a_new_login() {
    let service = start().await;
    let alice = verified(&service, "alice@example.org").await;
    let before = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let root = service.admin("root");
    let user = auth(&root).update_user_role(promotion(&alice.id, Role::Mediator)).await.unwrap();
    assert_eq!(user.into_inner().user.unwrap().role(), Role::Mediator);
    let refresh = RefreshTokenRequest { refresh_token: before.refresh_token, proof: None };
    assert_refused(&auth(&root).refresh_token(refresh).await, Code::Unauthenticated, "SESSION_ENDED");
}

#[tokio::test]
async fn two_administrators_who_remove_each_other_at_once_do_not_both_succeed() {
    let service = start().await;
    let (a, b) = (admin(&service, "a@example.org").await, admin(&service, "b@example.org").await);
    let root = service.admin("root");
    let (mut one, mut other) = (auth(&root), auth(&root));
    let (first, second) = tokio::join!(
        one.update_user_role(promotion(&a.id, Role::Student)),
        other.update_user_role(promotion(&b.id, Role::Student)),
    );
    let refused = if first.is_ok() { second } else { first };
    assert_refused(&refused, Code::FailedPrecondition, "LAST_ADMIN");
}

#[tokio::test]
async fn nobody_becomes_a_service() {
    let service = start().await;
    let alice = verified(&service, "alice@example.org").await;
    let refused = auth(&service.admin("root")).update_user_role(promotion(&alice.id, Role::Service)).await;
    assert_fields(&refused, &["role"]);
}

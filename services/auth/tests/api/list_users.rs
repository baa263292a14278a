use proto::azora::auth::v1::ListUsersRequest;
use proto::azora::common::v1::Role;
use shared::testing::{assert_fields, assert_refused};
use tonic::Code;

use crate::{auth, start, verified};

#[tokio::test]
async fn accounts_come_newest_first_page_by_page() {
    let service = start().await;
    for name in ["a", "b", "c"] {
        verified(&service, &format!("{name}@example.org")).await;
    }
    let admin = service.admin("root");
    let first = ListUsersRequest { page_size: 2, ..Default::default() };
    let first = auth(&admin).list_users(first).await.unwrap().into_inner();
    let second = ListUsersRequest { page_size: 2, page_token: first.next_page_token.clone(), ..Default::default() };
    let second = auth(&admin).list_users(second).await.unwrap().into_inner();
    let emails: Vec<_> = first.users.iter().chain(&second.users).map(|user| user.email.as_str()).collect();
    assert_eq!(emails, ["c@example.org", "b@example.org", "a@example.org"]);
    assert_eq!(second.next_page_token, "");

    let other_query =
        ListUsersRequest { page_token: first.next_page_token, role: Role::Student.into(), ..Default::default() };
    assert_refused(&auth(&admin).list_users(other_query).await, Code::InvalidArgument, "PAGE_TOKEN_INVALID");
}

#[tokio::test]
async fn a_list_can_be_narrowed() {
    let service = start().await;
    verified(&service, "a@example.org").await;
    verified(&service, "b@example.org").await;
    let admin = service.admin("root");
    let one = ListUsersRequest { email: "B@example.org".into(), ..Default::default() };
    assert_eq!(auth(&admin).list_users(one).await.unwrap().into_inner().users.len(), 1);
    let none = ListUsersRequest { role: Role::Employer.into(), ..Default::default() };
    assert_eq!(auth(&admin).list_users(none).await.unwrap().into_inner().users.len(), 0);
    let bad = ListUsersRequest { page_size: -1, role: 42, ..Default::default() };
    assert_fields(&auth(&admin).list_users(bad).await, &["page_size", "role"]);
}

#[tokio::test]
async fn people_do_not_list_each_other() {
    let service = start().await;
    let refused = auth(&service.student("bob")).list_users(ListUsersRequest::default()).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

use auth::Auth;
use proto::azora::auth::v1::{RecordedRegistration, RegisterRequest};
use proto::azora::common::v1::Role;
use sea_orm::EntityTrait;
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{auth, log_in, mails, registration, start, verified};

#[tokio::test]
async fn an_account_opens_unverified_and_a_token_is_sent() {
    let service = start().await;
    let user = auth(&service.stranger()).register(registration(" Alice@Example.org ")).await;
    let user = user.unwrap().into_inner().user.unwrap();
    assert_eq!((user.email.as_str(), user.role(), user.email_verified), ("alice@example.org", Role::Student, false));
    assert_eq!(mails(&service, "verify").len(), 1);
}

#[tokio::test]
async fn a_taken_address_gets_the_same_answer_and_nothing_changes() {
    let service = start().await;
    let first = verified(&service, "alice@example.org").await;
    let second = auth(&service.stranger()).register(registration("alice@example.org")).await;
    let second = second.unwrap().into_inner().user.unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!(auth::entity::user::Entity::find().all(service.connection()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn only_students_educators_and_employers_register() {
    let service = start().await;
    for role in [Role::Admin, Role::Mediator, Role::Service] {
        let request = RegisterRequest { role: role.into(), ..registration("a@example.org") };
        assert_refused(&auth(&service.stranger()).register(request).await, Code::PermissionDenied, "ROLE_REQUIRED");
    }
}

#[tokio::test]
async fn facts_from_before_are_for_services_and_admins() {
    let service = start().await;
    let recorded = Some(RecordedRegistration { email_verified: true });
    let request = RegisterRequest { recorded, ..registration("a@example.org") };
    let stranger = auth(&service.stranger()).register(request.clone()).await;
    let student =
        auth(&service.student("bob")).register(RegisterRequest { request_id: new_id(), ..request.clone() }).await;
    assert_refused(&stranger, Code::PermissionDenied, "ROLE_REQUIRED");
    assert_refused(&student, Code::PermissionDenied, "ROLE_REQUIRED");
    let seed = service.service("seed");
    auth(&seed).register(RegisterRequest { request_id: new_id(), ..request }).await.unwrap();
    service.audit_ends_with("auth.register.register", Outcome::Ok, &seed).await;
}

#[tokio::test]
async fn an_account_without_a_password_is_for_those_who_state_facts_and_lets_nobody_in() {
    let service = start().await;
    let recorded = Some(RecordedRegistration { email_verified: true });
    let request = RegisterRequest { password: String::new(), recorded, ..registration("a@example.org") };
    auth(&service.service("seed")).register(request).await.unwrap();
    assert_refused(&log_in(&service, "a@example.org", "tall river").await, Code::Unauthenticated, "BAD_CREDENTIALS");
    let own = RegisterRequest { password: String::new(), ..registration("b@example.org") };
    assert_fields(&auth(&service.stranger()).register(own).await, &["password"]);
}

#[tokio::test]
async fn those_who_may_look_addresses_up_are_told_that_one_is_taken() {
    let service = start().await;
    verified(&service, "a@example.org").await;
    let refused = auth(&service.service("seed")).register(registration("a@example.org")).await;
    assert_refused(&refused, Code::AlreadyExists, "EMAIL_IN_USE");
}

#[tokio::test]
async fn guessable_passwords_are_refused() {
    let service = start().await;
    for password in ["password1", "alice123", "azora2026"] {
        let request = RegisterRequest { password: password.into(), ..registration("alice@example.org") };
        let refused = auth(&service.stranger()).register(request).await;
        assert_refused(&refused, Code::InvalidArgument, "PASSWORD_TOO_COMMON");
    }
}

#[tokio::test]
async fn the_addresses_of_services_are_not_for_people() {
    let service = start().await;
    let refused = auth(&service.stranger()).register(registration("Seed@Service.azora.invalid")).await;
    assert_fields(&refused, &["email"]);
}

#[tokio::test]
async fn a_short_password_is_named_as_a_field() {
    let service = TestService::<Auth>::with_settings("bcrypt_cost = 4\npassword_min = 15").await;
    let request = RegisterRequest { password: "tall river".into(), ..registration("alice@example.org") };
    assert_fields(&auth(&service.stranger()).register(request).await, &["password"]);
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = start().await;
    let request = RegisterRequest {
        request_id: String::new(),
        email: "nobody".into(),
        password: "short".into(),
        name: "  ".into(),
        role: 42,
        recorded: None,
    };
    let refused = auth(&service.stranger()).register(request).await;
    assert_fields(&refused, &["request_id", "email", "password", "name", "role"]);
}

#[tokio::test]
async fn long_passwords_count_to_their_last_character() {
    let service = start().await;
    let recorded = Some(RecordedRegistration { email_verified: true });
    let password = "é".repeat(256);
    let request = RegisterRequest { password: password.clone(), recorded, ..registration("a@example.org") };
    auth(&service.service("seed")).register(request).await.unwrap();
    log_in(&service, "a@example.org", &password).await.unwrap();
    let almost = format!("{}e", "é".repeat(255));
    assert_refused(&log_in(&service, "a@example.org", &almost).await, Code::Unauthenticated, "BAD_CREDENTIALS");
}

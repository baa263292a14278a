use auth::Auth;
use auth::entity::mfa_settings;
use proto::azora::auth::v1::{ChangeEmailRequest, ConfirmEmailChangeRequest, GetMeRequest};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use shared::clock;
use shared::json::Words;
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{PASSWORD, auth, mails, messages, signed_in, start, verified};

pub fn change_to(new_email: &str) -> ChangeEmailRequest {
    ChangeEmailRequest {
        request_id: new_id(),
        new_email: new_email.into(),
        password: PASSWORD.into(),
        ..Default::default()
    }
}

/// Turns codes by e-mail on for somebody, so that a second factor is asked for.
pub async fn turn_a_factor_on(service: &TestService<Auth>, owner: &TestUser) {
    let now = clock::now();
    let on = mfa_settings::ActiveModel {
        id: Set(shared::id::time_ordered()),
        user_id: Set(owner.id),
        enabled: Set(true),
        email_confirmed_at: Set(Some(now)),
        recovery_hashes: Set(Words::default()),
        recovery_used: Set(0),
        guesses: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    on.insert(service.connection()).await.unwrap();
}

#[tokio::test]
async fn the_token_goes_to_the_new_address_and_the_old_one_is_told() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    auth(&alice).change_email(change_to("New@example.org")).await.unwrap();
    service.audit_ends_with("auth.email.change", Outcome::Ok, &alice).await;

    let (asked, told) = (messages(&service, "email-change"), messages(&service, "email-change-asked"));
    assert_eq!((asked.len(), told.len()), (1, 1));
    assert!(asked[0].contains("new@example.org") && told[0].contains("alice@example.org"));
    assert!(!told[0].contains("token: "));
    let me = auth(&alice).get_me(GetMeRequest {}).await.unwrap().into_inner().user.unwrap();
    assert_eq!(me.email, "alice@example.org");
}

#[tokio::test]
async fn a_taken_address_gets_the_same_answer_and_its_owner_hears_of_it() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    verified(&service, "bob@example.org").await;
    let free = auth(&alice).change_email(change_to("new@example.org")).await.unwrap().into_inner();
    let taken = auth(&alice).change_email(change_to("bob@example.org")).await.unwrap().into_inner();
    assert_eq!(free, taken);

    let told = messages(&service, "taken");
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("bob@example.org") && !told[0].contains("alice"));
    assert_eq!(messages(&service, "email-change").len(), 1, "nothing but the notice goes to a taken address");
    assert_eq!(messages(&service, "email-change-asked").len(), 2, "the old address is told either way");
}

#[tokio::test]
async fn one_message_in_half_a_minute_goes_to_an_address_and_only_the_newest_token_works() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    auth(&alice).change_email(change_to("mistyped@example.org")).await.unwrap();
    let first = mails(&service, "email-change").remove(0);
    auth(&alice).change_email(change_to("mistyped@example.org")).await.unwrap();
    assert_eq!(mails(&service, "email-change").len(), 1);

    auth(&alice).change_email(change_to("new@example.org")).await.unwrap();
    let newest = mails(&service, "email-change").into_iter().find(|token| *token != first).unwrap();
    let confirm = |token: &str| ConfirmEmailChangeRequest { request_id: new_id(), token: token.into() };
    let replaced = auth(&alice).confirm_email_change(confirm(&first)).await;
    assert_refused(&replaced, Code::FailedPrecondition, "TOKEN_SPENT");
    auth(&alice).confirm_email_change(confirm(&newest)).await.unwrap();
}

#[tokio::test]
async fn the_password_is_needed_and_the_second_factor_where_one_is_on() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let wrong = ChangeEmailRequest { password: "three small rivulets".into(), ..change_to("new@example.org") };
    assert_refused(&auth(&alice).change_email(wrong).await, Code::PermissionDenied, "PASSWORD_WRONG");
    turn_a_factor_on(&service, &alice).await;
    let without = auth(&alice).change_email(change_to("new@example.org")).await;
    assert_refused(&without, Code::PermissionDenied, "CODE_WRONG");
    assert_eq!(messages(&service, "email-change").len() + messages(&service, "email-change-asked").len(), 0);
}

#[tokio::test]
async fn what_cannot_be_a_new_address_is_named() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    for address in ["nobody", "seed@service.azora.invalid", "Alice@example.org"] {
        assert_fields(&auth(&alice).change_email(change_to(address)).await, &["new_email"]);
    }
}
